// A network that goes dead without a word: nothing is closed, nothing arrives.
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import { HttpTransportType } from "@microsoft/signalr";
import WebSocket from "ws";
import { PushBridge, raw, type Options, type Transport } from "../../src/index.js";
import { signalr } from "../../src/signalr.js";
import { Proxy } from "../proxy.js";
import { Server } from "../server.mjs";
import { fastClock, next, reached } from "../waiting.js";

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

/** A connection whose network is cut for as long at least, and mended; gives the milliseconds until it noticed the cut. */
async function cutAndMended(
  { expect, onTestFinished }: TestContext,
  transport: Transport,
  uid: string,
  settings: Partial<Options> = {},
  milliseconds = 0,
): Promise<number> {
  const proxy = await Proxy.start(server.url);
  onTestFinished(() => proxy.stop());
  const bridge = new PushBridge(proxy.url, { uid, transport, WebSocket, random: () => 0.9, ...settings } as Options);
  onTestFinished(() => bridge.close());
  const messages = bridge[Symbol.asyncIterator]();
  await reached(bridge, "open");
  await server.online(uid, 1);
  expect(await server.push({ uid, n: 1 })).toBe("ok");
  expect(await next(messages)).toEqual({ uid, n: 1 });

  proxy.cut();
  const cutAt = performance.now();
  expect(await reached(bridge, "waiting", 50_000)).toMatchObject({ code: 1006 });
  const noticedAfter = performance.now() - cutAt;
  await new Promise((resolve) => setTimeout(resolve, milliseconds - noticedAfter));
  expect(bridge.state.name).not.toBe("open");

  proxy.mend();
  await reached(bridge, "open");
  await server.online(uid, 1);
  expect(await server.push({ uid, n: 2 })).toBe("ok");
  expect(await next(messages)).toEqual({ uid, n: 2 });
  return noticedAfter;
}

// That it takes no more than 45 seconds is tested where time is a fake: here a busy machine needs time, too.
test.concurrent("raw: a network that is cut for a minute is noticed by the heartbeat, and its return too", async (context) => {
  const { expect } = context;
  const noticedAfter = await cutAndMended(context, raw, "cut raw", { clock: fastClock(5) }, 12_000);
  expect(5 * noticedAfter).toBeLessThan(60_000);
  expect(5 * noticedAfter).toBeGreaterThan(14_000);
});

test.concurrent("raw: an idle connection over a good network stays", async ({ expect, onTestFinished }) => {
  let beats = 0;
  class Counted extends WebSocket {
    override send(payload: unknown): void {
      beats += payload === "heartbeat" ? 1 : 0;
      super.send(payload as string);
    }
  }
  const bridge = new PushBridge(server.url, { uid: "idle", WebSocket: Counted, heartbeat: 400 });
  onTestFinished(() => bridge.close());
  const states: string[] = [];
  bridge.on("state", ({ name }) => states.push(name));
  await expect.poll(() => beats, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(states).toEqual(["open"]);
});

test.concurrent.for([
  ["WebSockets", HttpTransportType.WebSockets],
  ["server-sent events", HttpTransportType.ServerSentEvents],
] as const)("SignalR over %s: a dead network is noticed within 45 seconds", { timeout: 60_000 }, async ([name, type], context) => {
  const noticedAfter = await cutAndMended(context, signalr({ transports: type }), `cut ${name}`);
  context.expect(noticedAfter).toBeLessThan(45_000);
});
