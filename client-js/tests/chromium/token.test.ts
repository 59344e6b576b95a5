// Tokens in real Chromium: a connection that outlives them, and the demo page of a server that wants them.
import axe from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../server.mjs";
import { tokenFor, tokenMode } from "../tokens.js";
import { openClientPage, useChromium, visit } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await Server.start({ settings: tokenMode });
});
afterAll(() => server.stop());

test("raw: a connection goes on under the next tokens, and each message arrives once", async () => {
  const page = await openClientPage(server.url);
  let asked = 0;
  await page.exposeFunction("nextToken", () => {
    asked++;
    return tokenFor("renewed", 3);
  });
  await page.evaluate(() => {
    globalThis.received = [];
    globalThis.states = [];
    globalThis.bridge = new client.PushBridge("/", { token: () => (globalThis as any).nextToken() });
    bridge.on("message", ({ n }) => received.push(n));
    bridge.on("state", (state) => states.push(state));
  });
  await server.online("renewed", 1);
  let n = 0;
  while (asked < 4) {
    expect(await server.push({ uid: "renewed", n: n++ })).toBe("ok");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await server.online("renewed", 1);
  expect(await server.push({ uid: "renewed", n: n++ })).toBe("ok");
  await page.waitForFunction((n) => received.length >= n, n);
  expect(await page.evaluate(() => received)).toEqual(Array.from({ length: n }, (_, i) => i));
  expect(await page.evaluate(() => states.map(({ name }) => name))).toEqual(["open"]);
});

test("the demo page says what to do, and listens with a token", async () => {
  const page = await visit(`${server.url}/?uid=uid1`, { viewport: { width: 390, height: 844 } });
  const state = page.locator("#state");
  await state.getByText("Closed with code 4401").waitFor();
  expect(await state.textContent()).toContain("JSON Web Token whose “sub” is the uid");
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

  const field = page.getByLabel("uid", { exact: true });
  await field.fill(tokenFor("ünï", 60));
  await field.press("Enter");
  await server.online("ünï", 1);
  await state.getByText("Connected as ünï").waitFor();
  expect(await page.locator("#line-nc").textContent()).toContain('{"uid":"ünï","percent":"88%"}');
  expect(await server.push({ uid: "ünï", percent: "42%" })).toBe("ok");
  await page.getByText("42 %").waitFor();

  // A token is a secret: it stays in the field.
  expect(page.url()).toBe(`${server.url}/?uid=uid1`);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).toBe('{"pushbridge.uid":"uid1"}');
});

test("the demo page does not go on trying with a token that has expired", async () => {
  const page = await visit(server.url, {});
  await page.getByText("Closed with code 4401").waitFor();
  const field = page.getByLabel("uid", { exact: true });
  await field.fill(tokenFor("late", 2));
  await field.press("Enter");
  await page.getByText("Connected as late").waitFor();
  await page.getByText("Closed with code 4410").waitFor();
  expect(await page.locator("#retry").isHidden()).toBe(true);
  expect(await page.locator("#state").textContent()).toContain("The token has expired.");
  await server.online("late", 0);
});
