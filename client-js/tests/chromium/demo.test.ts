// What axe-core finds on the demo page, on a phone and on a desk, in light and in dark.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../server.mjs";
import { sharedServer, useChromium, violations, visit } from "./browser.js";

useChromium();

let server: Server;
let closed: Server;
beforeAll(async () => {
  [server, closed] = await Promise.all([
    sharedServer(),
    Server.start({
      settings: {
        Backends__Secrets__0: "0123456789abcdef",
        Clients__Authentication__Mode: "token",
        Clients__Authentication__Token__Keys__0__Secret: "0123456789abcdef0123456789abcdef",
      },
    }),
  ]);
});
afterAll(() => Promise.all([server?.stop(), closed?.stop()]));

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

test.each([
  ["light", 1280],
  ["dark", 390],
] as const)("in %s, %d pixels wide, it is accessible where secrets and tokens are needed", async (colorScheme, width) => {
  const page = await visit(closed.url, { colorScheme, viewport: { width, height: 844 } });
  await page.getByText("Paste a token to listen.").waitFor();
  await page.getByText("This server asks backends for a secret").waitFor();
  expect(await violations(page)).toEqual([]);
});
