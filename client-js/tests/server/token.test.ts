// Tokens against the real server: who listens, and how a connection goes on when they expire.
import { HttpTransportType } from "@microsoft/signalr";
import { afterAll, beforeAll, describe, expect, test, vi, type TestContext } from "vitest";
import WebSocket from "ws";
import { PushBridge, raw, type State, type Transport } from "../../src/index.js";
import { auto, signalr } from "../../src/signalr.js";
import { Server } from "../server.mjs";
import { badTokenFor, tokenFor, tokenMode } from "../tokens.js";
import { next, reached, until } from "../waiting.js";

const transports: [name: string, transport: Transport][] = [
  ["raw", raw],
  ["SignalR over WebSockets", signalr({ transports: HttpTransportType.WebSockets })],
  ["SignalR over server-sent events", signalr({ transports: HttpTransportType.ServerSentEvents })],
  ["SignalR over long polling", signalr({ transports: HttpTransportType.LongPolling })],
  ["auto", auto()],
];

let server: Server;
beforeAll(async () => {
  server = await Server.start({ settings: tokenMode });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

function open({ onTestFinished }: TestContext, transport: Transport, token: () => string | Promise<string>) {
  const bridge = new PushBridge<{ n: number }>(server.url, { token, transport, WebSocket, random: () => 0.1 });
  onTestFinished(() => bridge.close());
  const states: State[] = [];
  bridge.on("state", (state) => states.push(state));
  return { bridge, states, names: () => states.map(({ name }) => name) };
}

describe.each(transports)("%s", (name, transport) => {
  const uidOf = (part: string) => `${part} of ${name} é`;

  test("listens as the uid that the token names", async (context) => {
    const uid = uidOf("named");
    const { bridge } = open(context, transport, async () => tokenFor(uid, 60));
    const messages = bridge[Symbol.asyncIterator]();
    await server.online(uid, 1);
    expect(await server.push({ uid, n: 1 })).toBe("ok");
    expect(await next(messages)).toEqual({ uid, n: 1 });
  });

  test("4401: bad tokens are asked for anew, and with the third it is over", async (context) => {
    const token = vi.fn(() => badTokenFor("nobody"));
    const { bridge, names } = open(context, transport, token);
    expect(await reached(bridge, "closed")).toMatchObject({ code: 4401, final: true });
    expect(token).toHaveBeenCalledTimes(3);
    expect(names()).toEqual(["waiting", "connecting", "waiting", "connecting", "closed"]);
  });

  test("4401: one good token after a bad one is enough", async (context) => {
    const uid = uidOf("second try");
    const token = vi.fn(() => tokenFor(uid, 60)).mockReturnValueOnce(badTokenFor(uid));
    open(context, transport, token);
    await server.online(uid, 1);
    expect(token).toHaveBeenCalledTimes(2);
  });
});

// They wait for tokens to expire, all at the same time.
describe.concurrent.each(transports)("%s", (name, transport) => {
  const uidOf = (part: string) => `${part} of ${name}`;

  test("goes on under the next tokens, and each message arrives once", async (context) => {
    const { expect } = context;
    const uid = uidOf("renewed");
    const token = vi.fn(async () => tokenFor(uid, 3));
    const { bridge, names } = open(context, transport, token);
    const received: number[] = [];
    bridge.on("message", ({ n }) => received.push(n));
    await server.online(uid, 1);
    let n = 0;
    while (token.mock.calls.length < 3) {
      expect(await server.push({ uid, n: n++ })).toBe("ok");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await server.online(uid, 1);
    expect(await server.push({ uid, n: n++ })).toBe("ok");
    await until(() => received.length >= n, "all messages");
    expect(received).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(names()).toEqual(["open"]);
  });

  test("4410: comes back with another token when it could not have one in time", async (context) => {
    const { expect } = context;
    const uid = uidOf("expired");
    const first = tokenFor(uid, 2);
    let expired = false;
    const { bridge, states } = open(context, transport, () => (expired ? tokenFor(uid, 60) : first));
    bridge.on("state", ({ name }) => (expired ||= name === "waiting"));
    await reached(bridge, "open");
    expect(await reached(bridge, "waiting")).toMatchObject({ code: 4410 });
    await reached(bridge, "open");
    await server.online(uid, 1);
    expect(states.every((state) => state.name !== "closed")).toBe(true);
  });

  test("4401: a bad token for the renewal is followed by another", async (context) => {
    const { expect } = context;
    const uid = uidOf("refused");
    const token = vi
      .fn(() => tokenFor(uid, 60))
      .mockReturnValueOnce(tokenFor(uid, 3))
      .mockReturnValueOnce(badTokenFor(uid));
    const { bridge, states } = open(context, transport, token);
    expect(await reached(bridge, "waiting")).toMatchObject({ code: 4401 });
    await reached(bridge, "open");
    await server.online(uid, 1);
    expect(token).toHaveBeenCalledTimes(3);
    expect(states.map(({ name }) => name)).toEqual(["open", "waiting", "connecting", "open"]);
  });
});

test("a plain uid is refused for good", async ({ onTestFinished }) => {
  const bridge = new PushBridge(server.url, { uid: "uid1", WebSocket });
  onTestFinished(() => bridge.close());
  expect(await reached(bridge, "closed")).toMatchObject({ code: 4401, final: true });
});
