// One socket for all tabs of a real browser.
import type { BrowserContext, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../server.mjs";
import { openClientPage, packageScript, sharedServer, useChromium } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(() => server.stop());

async function openTab(uid: string, profile?: BrowserContext): Promise<Page> {
  const page = await openClientPage(server.url, undefined, profile);
  await page.evaluate((uid) => {
    globalThis.received = [];
    globalThis.states = [];
    const tab = new client.SharedPushBridge("/", { uid });
    globalThis.bridge = tab as never;
    tab.on("message", (payload) => received.push(payload));
    tab.on("state", (state) => states.push(state));
  }, uid);
  await page.waitForFunction(() => bridge.state.name === "open");
  return page;
}

async function openTabs(uid: string, count: number): Promise<Page[]> {
  const tabs = [await openTab(uid)];
  while (tabs.length < count) {
    tabs.push(await openTab(uid, tabs[0]!.context()));
  }
  return tabs;
}

async function expectReceived(tabs: readonly Page[], messages: unknown[]): Promise<void> {
  for (const tab of tabs) {
    await tab.waitForFunction((count) => received.length >= count, messages.length);
    expect(await tab.evaluate(() => received)).toEqual(messages);
  }
}

test("three tabs have one socket, and each message reaches each of them once", async () => {
  const tabs = await openTabs("tabs", 3);
  await server.online("tabs", 1);
  const lines = Array.from({ length: 50 }, (_, n) => ({ uid: "tabs", n, text: "😀" }));
  expect(new Set(await server.pushAll(lines))).toEqual(new Set(["ok"]));
  await expectReceived(tabs, lines);
  await server.online("tabs", 1);
});

test.each(["closed", "crashed"])("when the tab with the socket is %s another one connects", async (how) => {
  const uid = `${how} tab`;
  const [first, ...others] = await openTabs(uid, 3);
  if (how === "closed") {
    await first!.close();
  } else {
    // Its page goes away without a word to anybody.
    await first!.goto("chrome://crash").catch(() => {});
  }
  for (const tab of others) {
    await tab.waitForFunction(() => states.length > 2 && bridge.state.name === "open");
    expect(await tab.evaluate(() => states.map(({ name }) => name).slice(-2))).toEqual(["connecting", "open"]);
  }
  await server.online(uid, 1);
  expect(await server.push({ uid, n: 1 })).toBe("ok");
  await expectReceived(others, [{ uid, n: 1 }]);
});

test("a kicked browser stays away with all its tabs", async () => {
  const tabs = await openTabs("kicked tabs", 2);
  expect(await server.push({ $cmd: "kick", uid: "kicked tabs" })).toBe("ok");
  for (const tab of tabs) {
    await tab.waitForFunction(() => bridge.state.name === "closed");
    expect(await tab.evaluate(() => bridge.state)).toMatchObject({ code: 4411, final: true });
  }
  // Who still waited for the lock would have it by now, and connect.
  await tabs[0]!.waitForFunction(async () => (await navigator.locks.query()).held!.length === 0);
  await server.online("kicked tabs", 0);
});

test("a tab that loses the lock to another gives its socket up", async () => {
  const [first, second] = await openTabs("robbed", 2);
  await second!.evaluate(async () => {
    const { held } = await navigator.locks.query();
    void navigator.locks.request(held![0]!.name!, { steal: true }, () => {});
  });
  await first!.waitForFunction(() => states.length > 1 && bridge.state.name === "open");
  await second!.waitForFunction(() => bridge.state.name === "open");
  await server.online("robbed", 1);
});

test("a worker shares the socket of a tab, and takes over", async () => {
  const [tab] = await openTabs("with worker", 1);
  const page = await openClientPage(server.url, undefined, tab!.context());
  await page.evaluate(
    ({ script, url }) => {
      globalThis.received = [];
      const source = `${script}
        const push = new client.SharedPushBridge("${url}/", { uid: "with worker" });
        push.on("message", (payload) => postMessage(payload));
        push.on("state", (state) => postMessage(state.name));`;
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      worker.onmessage = ({ data }) => received.push(data);
    },
    { script: packageScript(), url: server.url },
  );
  await page.waitForFunction(() => received.at(-1) === "open");
  await server.online("with worker", 1);
  await tab!.close();
  await page.waitForFunction(() => received.length > 2 && received.at(-1) === "open");
  await server.online("with worker", 1);
  expect(await server.push({ uid: "with worker" })).toBe("ok");
  await page.waitForFunction(() => typeof received.at(-1) === "object");
  expect(await page.evaluate(() => received.at(-1))).toEqual({ uid: "with worker" });
});
