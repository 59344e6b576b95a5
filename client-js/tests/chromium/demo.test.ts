// What axe-core finds on the demo page, on a phone and on a desk, in light and in dark.
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright";
import { Server } from "../server.mjs";
import { useChromium, visit } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

/** All that axe-core has to say, best practices included. */
async function violations(page: Page): Promise<string[]> {
  // Colours fade from one state to the next.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`));
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([390, 1280])("%d pixels wide it is accessible in each of its states", async (width) => {
    const uid = `${colorScheme} ${width}`;
    const page = await visit(`${server.url}/?uid=${encodeURIComponent(uid)}`, {
      colorScheme,
      viewport: { width, height: 844 },
    });
    await server.online(uid, 1);
    await page.getByText(`Connected as ${uid}`).waitFor();
    expect(await violations(page)).toEqual([]);

    expect(await server.push({ uid, percent: "88%", nothing: null })).toBe("ok");
    await page.getByText("88 %").waitFor();
    expect(await violations(page)).toEqual([]);

    await server.push({ $cmd: "kick", uid });
    await page.getByText("Closed with code 4411").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
