// The operators' page on the HTTP port: what axe-core finds in each of its states, and what it costs to load.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server } from "../server.mjs";
import { sharedServer, useChromium, violations, visit } from "./browser.js";

const secret = "0123456789abcdef";

useChromium();

let open: Server;
let closed: Server;
let alone: Server;
beforeAll(async () => {
  [open, closed, alone] = await Promise.all([
    sharedServer(),
    Server.start({ settings: { Backends__Secrets__0: secret } }),
    Server.start({ settings: { Backplane__Redis: "127.0.0.1:1" } }),
  ]);
});
afterAll(() => Promise.all([open?.stop(), closed?.stop(), alone?.stop()]));

describe.each([
  ["light", 390],
  ["dark", 1280],
] as const)("in %s, %d pixels wide,", (colorScheme, width) => {
  test("it is accessible in each of its states", async () => {
    const uid = `watched in ${colorScheme}`;
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

  test("it is accessible where it reports trouble", async () => {
    const page = await visit(alone.httpUrl, { colorScheme, viewport: { width, height: 844 } });
    await page.getByText("The backplane is unreachable.").waitFor();
    expect(await violations(page)).toEqual([]);
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
