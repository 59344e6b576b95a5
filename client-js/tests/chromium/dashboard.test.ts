// The operators' page on the HTTP port: what axe-core finds in each of its states, and what it costs to load.
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright";
import { Server } from "../server.mjs";
import { useChromium, visit } from "./browser.js";

const secret = "0123456789abcdef";

useChromium();

let open: Server;
let closed: Server;
beforeAll(async () => {
  [open, closed] = await Promise.all([
    Server.start(),
    Server.start({ settings: { Backends__Secrets__0: secret } }),
  ]);
});
afterAll(() => Promise.all([open?.stop(), closed?.stop()]));

/** All that axe-core has to say, best practices included. */
async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`));
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([390, 1280])("%d pixels wide it is accessible in each of its states", async (width) => {
    const uid = `${colorScheme} ${width}`;
    const watched = await visit(`${open.url}/?uid=${encodeURIComponent(uid)}`, {});
    await open.online(uid, 1);
    const page = await visit(open.httpUrl, { colorScheme, viewport: { width, height: 844 } });
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: uid }).click();
    await page.locator("#uid-connections tr").waitFor();
    await page.getByRole("button", { name: "Kick…" }).click();
    await page.getByRole("button", { name: "Kick 1 connection" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await watched.context().close();
  });

  test("it is accessible where it asks for a secret", async () => {
    const page = await visit(closed.httpUrl, { colorScheme }, /401/);
    await page.getByLabel("Secret", { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

test("it loads nothing from elsewhere and less than 60 kB", async () => {
  const page = await visit("about:blank", {});
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0;
  const hosts = new Set<string>();
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  page.on("request", (request) => hosts.add(new URL(request.url()).origin));

  await page.goto(open.httpUrl);
  await page.getByText("Live", { exact: true }).waitFor();

  expect([...hosts]).toEqual([open.httpUrl]);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThan(60_000);
});
