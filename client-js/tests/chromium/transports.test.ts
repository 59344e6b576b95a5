// The package in real Chromium against the real server.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Server } from "../server.mjs";
import { openClientPage, openPage, sharedServer, useChromium } from "./browser.js";

useChromium();

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(() => server.stop());

describe.each([
  ["raw", "raw"],
  ["WebSockets", "signalr"],
  ["ServerSentEvents", "signalr"],
  ["LongPolling", "signalr"],
  ["auto", "raw"],
] as const)("%s", (name, opensAs) => {
  test("delivers in order, and is told when it is kicked", async () => {
    const uid = `chromium ${name} é`;
    // SignalR's client may still say something, by a request of its own, to the connection that the server has just ended.
    const page = await openClientPage(server.url, opensAs === "signalr" ? /status of 404/ : undefined);
    await page.evaluate(
      ({ name, uid }) => {
        const { PushBridge, HttpTransportType, raw, auto, signalr } = client;
        const transport =
          name === "raw" ? raw : name === "auto" ? auto() : signalr({ transports: HttpTransportType[name] });
        globalThis.received = [];
        globalThis.states = [];
        globalThis.bridge = new PushBridge("/", { uid, transport });
        bridge.on("message", (payload) => received.push(payload));
        bridge.on("state", (state) => states.push(state));
      },
      { name, uid },
    );
    await server.online(uid, 1);
    await page.waitForFunction(() => bridge.state.name === "open");
    const lines = Array.from({ length: 50 }, (_, n) => ({ uid, n, text: "😀" }));
    expect(new Set(await server.pushAll(lines))).toEqual(new Set(["ok"]));
    await page.waitForFunction(() => received.length >= 50);
    expect(await page.evaluate(() => received)).toEqual(lines);

    expect(await server.push({ $cmd: "kick", uid })).toBe("ok");
    await page.waitForFunction(() => bridge.state.name === "closed");
    expect(await page.evaluate(() => states)).toEqual([
      { name: "open", transport: opensAs },
      { name: "closed", code: 4411, reason: "kicked", final: true },
    ]);
  });
});

test("auto falls back to SignalR where WebSockets are blocked", async () => {
  const page = await openClientPage(server.url, /WebSocket connection to/);
  await page.evaluate(() => {
    class Blocked extends WebSocket {
      constructor() {
        super("ws://127.0.0.1:1/");
      }
    }
    globalThis.received = [];
    globalThis.bridge = new client.PushBridge("/", { uid: "blocked", transport: client.auto(), WebSocket: Blocked });
    bridge.on("message", (payload) => received.push(payload));
  });
  await server.online("blocked", 1);
  expect(await server.push({ uid: "blocked" })).toBe("ok");
  await page.waitForFunction(() => received.length > 0);
  expect(await page.evaluate(() => bridge.state)).toEqual({ name: "open", transport: "signalr" });
});

test("three lines and the script from the server are a working client", async () => {
  const page = await openPage(
    server.url,
    `<p id="percent"></p>
    <script src="${server.url}/pushbridge.js"></script>
    <script>
      const push = new PushBridge("${server.url}", { uid: "uid1" });
      push.on("message", ({ percent }) => { document.getElementById("percent").textContent = percent; });
    </script>`,
  );
  await server.online("uid1", 1);
  expect(await server.push('{"uid":"uid1","percent":"88%"}')).toBe("ok");
  await page.getByText("88%").waitFor();
  await page.close();
  await server.online("uid1", 0);
});

test("the package works in a worker", async () => {
  const page = await openPage(server.url);
  const answer = page.evaluate(
    (url) =>
      new Promise((resolve, reject) => {
        const source = `
          importScripts("${url}/pushbridge.js");
          const push = new PushBridge("${url}", { uid: "worker" });
          push.on("message", (payload) => { postMessage(payload); push.close(); });`;
        const worker = new Worker(URL.createObjectURL(new Blob([source])));
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
      }),
    server.url,
  );
  await server.online("worker", 1);
  expect(await server.push({ uid: "worker", n: 1 })).toBe("ok");
  expect(await answer).toEqual({ uid: "worker", n: 1 });
  await server.online("worker", 0);
});

test("the ES module works without a bundler, as a stream of messages", async () => {
  const page = await openPage(server.url);
  await page.route("**/dist/*.js", async (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: await readFile(new URL(`../../dist/${basename(route.request().url())}`, import.meta.url)),
    }),
  );
  await page.setContent(`<script type="module">
    import { PushBridge } from "${server.url}/dist/index.js";
    const push = new PushBridge("/", { uid: "module" });
    const got = [];
    for await (const { n } of push) {
      if (got.push(n) === 3) {
        push.close();
      }
    }
    globalThis.received = got;
  </script>`);
  await server.online("module", 1);
  await server.pushAll([1, 2, 3].map((n) => ({ uid: "module", n })));
  await page.waitForFunction(() => globalThis.received !== undefined);
  expect(await page.evaluate(() => received)).toEqual([1, 2, 3]);
});
