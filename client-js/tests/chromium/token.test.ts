// Tokens in real Chromium: the demo page of a server that wants them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../server.mjs";
import { tokenFor, tokenMode } from "../tokens.js";
import { useChromium, violations, visit } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await Server.start({ settings: tokenMode });
});
afterAll(() => server.stop());

test("the demo page says what to do, and listens with a token", async () => {
  const page = await visit(`${server.url}/?uid=uid1`, { viewport: { width: 390, height: 844 } });
  const state = page.locator("#state");
  await state.getByText("Closed with code 4401").waitFor();
  expect(await state.textContent()).toContain("JSON Web Token whose “sub” is the uid");
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

  const field = page.getByLabel("token", { exact: true });
  await field.fill(tokenFor("ünï", 60));
  await field.press("Enter");
  await server.online("ünï", 1);
  await state.getByText("Connected as ünï").waitFor();
  expect(await page.locator("#line-nc").textContent()).toContain('{"uid":"ünï","percent":"88%"}');
  expect(await server.push({ uid: "ünï", percent: "42%" })).toBe("ok");
  await page.getByText("42 %").waitFor();

  // A token is a secret: it stays in the field.
  expect(page.url()).toBe(`${server.url}/?uid=uid1`);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).toBe("{}");
});

test("the demo page does not go on trying with a token that has expired", async () => {
  const page = await visit(server.url, {});
  await page.getByText("Paste a token to listen.").waitFor();
  const field = page.getByLabel("token", { exact: true });
  await field.fill(tokenFor("late", 2));
  await field.press("Enter");
  await page.getByText("Connected as late").waitFor();
  await page.getByText("Closed with code 4410").waitFor();
  expect(await page.locator("#retry").isHidden()).toBe(true);
  expect(await page.locator("#state").textContent()).toContain("The token has expired.");
  await server.online("late", 0);
});
