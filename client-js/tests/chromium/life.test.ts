// Restarts, a lost network and two hundred reconnects in real Chromium.
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Proxy } from "../proxy.js";
import { Server } from "../server.mjs";
import { until } from "../waiting.js";
import { openClientPage, sharedServer, useChromium } from "./browser.js";
import { foreignHost } from "./setup.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(() => server.stop());

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

async function start(options?: Parameters<typeof Server.start>[0]): Promise<Server> {
  const server = await Server.start(options);
  cleanups.push(() => server.stop());
  return server;
}

async function proxyTo(server: Server): Promise<Proxy> {
  const proxy = await Proxy.start(server.url);
  cleanups.push(() => proxy.stop());
  return proxy;
}

const failures = /WebSocket connection to|Failed to load resource/;

async function connect(page: Page, uid: string): Promise<void> {
  await page.evaluate((uid) => {
    globalThis.received = [];
    globalThis.bridge = new client.PushBridge("/", { uid, random: () => 0.1 });
    bridge.on("message", (payload) => received.push(payload));
  }, uid);
}

test("a server that was killed gets its page back, and each message arrives once", async () => {
  const first = await start();
  const page = await openClientPage(first.url, failures);
  await connect(page, "killed");
  await first.online("killed", 1);
  await first.kill();
  await page.waitForFunction(() => bridge.state.name === "waiting");
  const second = await start({ port: first.port });
  await second.online("killed", 1);
  expect(await second.push({ uid: "killed", n: 2 })).toBe("ok");
  await page.waitForFunction(() => received.length > 0);
  expect(await page.evaluate(() => received)).toEqual([{ uid: "killed", n: 2 }]);
});

test("a page without a network makes no attempt, and comes back as soon as it has one", async () => {
  const proxy = await proxyTo(server);
  const page = await openClientPage(proxy.url.replace("127.0.0.1", foreignHost), failures);
  await connect(page, "offline");
  await server.online("offline", 1);

  await page.context().setOffline(true);
  proxy.drop();
  await page.waitForFunction(() => bridge.state.name === "waiting");
  expect(await page.evaluate(() => bridge.state)).toMatchObject({ offline: true });
  const accepted = proxy.accepted;

  await page.context().setOffline(false);
  await page.waitForFunction(() => bridge.state.name === "open");
  await server.online("offline", 1);
  expect(proxy.accepted).toBe(accepted + 1);
});

test("a network that is cut for a minute is noticed before it is over, and the page comes back over it", async () => {
  const proxy = await proxyTo(server);
  const page = await openClientPage(proxy.url, failures);
  await page.evaluate(() => {
    const clock = {
      // Ten times as fast as the server's, and the test's.
      now: () => performance.now() * 10,
      setTimeout: (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds / 10),
      clearTimeout: (timer: unknown) => clearTimeout(timer as number),
    };
    globalThis.received = [];
    globalThis.bridge = new client.PushBridge("/", { uid: "cut", clock, random: () => 0.5 });
    bridge.on("message", (payload) => received.push(payload));
  });
  await server.online("cut", 1);
  await page.waitForFunction(() => bridge.state.name === "open");
  proxy.cut();
  const cutAt = performance.now();
  await page.waitForFunction(() => bridge.state.name === "waiting");
  expect(10 * (performance.now() - cutAt)).toBeLessThan(60_000);
  await new Promise((resolve) => setTimeout(resolve, 6_000 - (performance.now() - cutAt)));
  expect(await page.evaluate(() => bridge.state.name)).not.toBe("open");

  proxy.mend();
  await page.waitForFunction(() => bridge.state.name === "open");
  await server.online("cut", 1);
  expect(await server.push({ uid: "cut", n: 1 })).toBe("ok");
  await page.waitForFunction(() => received.length > 0);
  expect(await page.evaluate(() => received)).toEqual([{ uid: "cut", n: 1 }]);
});

test("two hundred reconnects leak no sockets, listeners or memory", async () => {
  const proxy = await proxyTo(server);
  const page = await openClientPage(proxy.url, failures);
  let drops = 0;
  await page.exposeFunction("dropped", () => {
    drops++;
    proxy.drop();
  });
  await page.evaluate(() => {
    globalThis.received = [];
    globalThis.bridge = new client.PushBridge("/", { uid: "again", random: () => 0 });
    bridge.on("message", (payload) => received.push(payload));
  });
  await page.waitForFunction(() => bridge.state.name === "open");

  const cycles = async (count: number) => {
    await page.evaluate(
      (count) =>
        new Promise<void>((resolve) => {
          let left = count;
          const off = bridge.on("state", ({ name }) => {
            if (name === "open" && --left === 0) {
              off();
              resolve();
            } else if (name === "open") {
              void (globalThis as any).dropped();
            }
          });
          void (globalThis as any).dropped();
        }),
      count,
    );
    return measure(page);
  };
  // The first ones fill caches and compile code.
  const before = await cycles(20);
  const after = await cycles(200);

  expect(drops).toBe(220);
  expect(after.sockets).toBe(1);
  expect(after.listeners).toBe(before.listeners);
  expect(after.heap - before.heap).toBeLessThan(100_000);
  await server.online("again", 1);
  expect(await server.push({ uid: "again" })).toBe("ok");
  await page.waitForFunction(() => received.length > 0);
  expect(await page.evaluate(() => received)).toHaveLength(1);
  await page.evaluate(() => bridge.close());
  await server.online("again", 0);
  await until(() => proxy.connections <= 1, "the last socket is gone");
});

/** What is still alive in the page after the garbage has been collected. */
async function measure(page: Page): Promise<{ heap: number; listeners: number; sockets: number }> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("HeapProfiler.collectGarbage");
  await devTools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devTools.send("Runtime.getHeapUsage");
  const { jsEventListeners } = await devTools.send("Memory.getDOMCounters");
  const prototype = await devTools.send("Runtime.evaluate", { expression: "WebSocket.prototype" });
  const { objects } = await devTools.send("Runtime.queryObjects", { prototypeObjectId: prototype.result.objectId! });
  const { result } = await devTools.send("Runtime.getProperties", { objectId: objects.objectId!, ownProperties: true });
  const sockets = result.filter(({ name }) => /^\d+$/.test(name)).length;
  await devTools.detach();
  return { heap: usedSize, listeners: jsEventListeners, sockets };
}
