// Every transport in Node.js against the real server.
import { HttpTransportType } from "@microsoft/signalr";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { PushBridge, raw, type Options, type Transport } from "../../src/index.js";
import { auto, signalr } from "../../src/signalr.js";
import { Server } from "../server.mjs";
import { next, reached } from "../waiting.js";

const transports: [name: string, opensAs: string, transport: Transport][] = [
  ["raw", "raw", raw],
  ["SignalR over WebSockets", "signalr", signalr({ transports: HttpTransportType.WebSockets })],
  ["SignalR over server-sent events", "signalr", signalr({ transports: HttpTransportType.ServerSentEvents })],
  ["SignalR over long polling", "signalr", signalr({ transports: HttpTransportType.LongPolling })],
  ["SignalR as it likes", "signalr", signalr()],
  ["auto", "raw", auto()],
];

let server: Server;
beforeAll(async () => {
  server = await Server.start({ settings: { Clients__MaxConnectionsPerUid: "2" } });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

let bridges: PushBridge<unknown>[] = [];
afterEach(() => {
  for (const bridge of bridges.splice(0)) {
    bridge.close();
  }
});

function open<T>(uid: string, transport: Transport, settings: Partial<Options> = {}): PushBridge<T> {
  const bridge = new PushBridge<T>(server.url, { uid, transport, WebSocket, random: () => 0, ...settings } as Options);
  bridges.push(bridge as PushBridge<unknown>);
  return bridge;
}

describe.each(transports)("%s", (name, opensAs, transport) => {
  const uidOf = (part: string) => `${part} of ${name} ünï&?#`;

  test("opens and delivers what is pushed, in order", async () => {
    const uid = uidOf("order");
    const bridge = open<{ n: number }>(uid, transport);
    const messages = bridge[Symbol.asyncIterator]();
    expect(await reached(bridge, "open")).toEqual({ name: "open", transport: opensAs });
    await server.online(uid, 1);
    const replies = await server.pushAll(Array.from({ length: 200 }, (_, n) => ({ uid, n })));
    expect(new Set(replies)).toEqual(new Set(["ok"]));
    for (let n = 0; n < 200; n++) {
      expect(await next(messages)).toEqual({ uid, n });
    }
  });

  test("delivers any JSON, with its text", async () => {
    const uid = uidOf("values");
    const bridge = open(uid, transport);
    const texts: string[] = [];
    bridge.on("message", (_, text) => texts.push(text));
    const messages = bridge[Symbol.asyncIterator]();
    await server.online(uid, 1);
    const values = [{ a: [1, null, "é 😀"] }, "text", -1.5, false, null, "", {}];
    for (const data of values) {
      expect(await server.push({ $cmd: "push", uid, data })).toBe("ok");
      expect(await next(messages)).toEqual(data);
    }
    expect(texts).toEqual(values.map((value) => JSON.stringify(value)));
  });

  test("a client that was closed is offline at once", async () => {
    const uid = uidOf("closed");
    const bridge = open(uid, transport);
    await server.online(uid, 1);
    bridge.close();
    await server.online(uid, 0);
    expect(bridge.state).toEqual({ name: "closed", code: 1000, reason: "closed by the client", final: false });
  });

  test("a client that was closed while it connected does not stay", async () => {
    const uid = uidOf("hasty");
    open(uid, transport).close();
    const witness = open(uid, transport);
    await reached(witness, "open");
    await server.online(uid, 1);
  });

  test("4411: a kicked client is told why and does not come back", async () => {
    const uid = uidOf("kicked");
    const bridge = open(uid, transport);
    await server.online(uid, 1);
    expect(await server.push({ $cmd: "kick", uid, reason: "signed out elsewhere" })).toBe("ok");
    expect(await reached(bridge, "closed")).toEqual({
      name: "closed",
      code: 4411,
      reason: "signed out elsewhere",
      final: true,
    });
    await server.online(uid, 0);
  });

  test("4400: a bad uid ends the attempts", async () => {
    const bridge = open("a\nb", transport);
    expect(await reached(bridge, "closed")).toMatchObject({ code: 4400, final: true });
  });

  test("4409: a uid with too many connections ends the attempts", async () => {
    const uid = uidOf("crowd");
    open(uid, transport);
    open(uid, transport);
    await server.online(uid, 2);
    const third = open(uid, transport);
    expect(await reached(third, "closed")).toMatchObject({ code: 4409, final: true });
    await server.online(uid, 2);
  });

  test("a page that nobody serves is waited for", async () => {
    const bridge = new PushBridge("http://127.0.0.1:1", { uid: "u", transport, WebSocket, random: () => 0.999 });
    bridges.push(bridge);
    expect(await reached(bridge, "waiting")).toMatchObject({ attempt: 2, code: 1006, offline: false });
  });
});

test("auto falls back to SignalR where there is no WebSocket, and begins with the raw one again", async () => {
  class Blocked extends WebSocket {
    constructor() {
      super("ws://127.0.0.1:1/");
      made++;
    }
  }
  let made = 0;
  const bridge = open("blocked", auto(), { WebSocket: Blocked });
  const messages = bridge[Symbol.asyncIterator]();
  expect(await reached(bridge, "open")).toEqual({ name: "open", transport: "signalr" });
  await server.online("blocked", 1);
  expect(await server.push({ uid: "blocked", n: 1 })).toBe("ok");
  expect(await next(messages)).toEqual({ uid: "blocked", n: 1 });
  expect(made).toBe(1);
});

test("auto falls back where the WebSocket cannot even be made", async () => {
  class Forbidden extends WebSocket {
    constructor() {
      throw new Error("not here");
      super("");
    }
  }
  const bridge = open("forbidden", auto(), { WebSocket: Forbidden });
  expect(await reached(bridge, "open")).toEqual({ name: "open", transport: "signalr" });
});

test("without a WebSocket the raw transport says what is missing", async () => {
  const bridge = new PushBridge(server.url, { uid: "u", random: () => 0.999 });
  bridges.push(bridge);
  const state = await reached(bridge, "waiting");
  expect(state.reason).toBe("could not connect");
  expect(String(state.error)).toContain("WebSocket");
});
