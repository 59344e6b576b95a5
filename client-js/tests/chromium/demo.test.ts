// What axe-core finds on the demo page, on a phone and on a desk, in light and in dark.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../server.mjs";
import { sharedServer, useChromium, violations, visit } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(() => server.stop());

test.each([
  ["light", 390],
  ["dark", 1280],
] as const)("in %s, %d pixels wide, it is accessible in each of its states", async (colorScheme, width) => {
  const uid = `shown in ${colorScheme}`;
  const page = await visit(`${server.url}/?uid=${encodeURIComponent(uid)}`, {
    colorScheme,
    viewport: { width, height: 844 },
  });
  await server.online(uid, 1);
  await page.getByText(`Connected as ${uid}`).waitFor();
  expect(await violations(page)).toEqual([]);

  expect(await server.push({ uid, percent: "88%", nothing: null })).toBe("ok");
  await page.getByText("88 %").waitFor();
  await page.locator("#messages li").waitFor();
  expect(await violations(page)).toEqual([]);

  await server.push({ $cmd: "kick", uid });
  await page.getByText("Closed with code 4411").waitFor();
  expect(await violations(page)).toEqual([]);
});
