// Servers that stop, die and come back; networks that break; and nothing left behind by any of it.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { HttpTransportType } from "@microsoft/signalr";
import { afterEach, expect, test } from "vitest";
import WebSocket from "ws";
import { PushBridge, raw, type Transport } from "../../src/index.js";
import { signalr } from "../../src/signalr.js";
import { Proxy } from "../proxy.js";
import { Server } from "../server.mjs";
import { next, reached, until } from "../waiting.js";

const transports: [name: string, transport: Transport][] = [
  ["raw", raw],
  ["SignalR over WebSockets", signalr({ transports: HttpTransportType.WebSockets })],
  ["SignalR over server-sent events", signalr({ transports: HttpTransportType.ServerSentEvents })],
  ["SignalR over long polling", signalr({ transports: HttpTransportType.LongPolling })],
];

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
});

async function start(port?: string): Promise<Server> {
  const server = await Server.start(port === undefined ? {} : { port });
  cleanups.push(() => server.stop());
  return server;
}

async function proxyTo(server: Server): Promise<Proxy> {
  const proxy = await Proxy.start(server.url);
  cleanups.push(() => proxy.stop());
  return proxy;
}

interface Client {
  name: string;
  bridge: PushBridge<{ n: number }>;
  messages: AsyncIterator<{ n: number }, undefined>;
}

function client(url: string, name: string, transport: Transport): Client {
  const bridge = new PushBridge<{ n: number }>(url, { uid: name, transport, WebSocket, random: () => 0.1 });
  cleanups.push(() => bridge.close());
  return { name, bridge, messages: bridge[Symbol.asyncIterator]() };
}

async function delivers(server: Server, { name, messages }: Client, n: number): Promise<void> {
  await server.online(name, 1);
  expect(await server.push({ uid: name, n })).toBe("ok");
  expect(await next(messages)).toEqual({ uid: name, n });
}

test("a server that is stopped, or killed, and started again gets everybody back, once, and each message arrives once", async () => {
  let server = await start();
  const clients = transports.map(([name, transport]) => client(server.url, name, transport));
  await Promise.all(clients.map((each) => delivers(server, each, 1)));
  for (const [how, code] of [["stop", 1001], ["kill", 1006]] as const) {
    const lost = Promise.all(clients.map(({ bridge }) => reached(bridge, "waiting")));
    await server[how]();
    for (const state of await lost) {
      expect(state.code).toBe(code);
    }
    server = await start(server.port);

    await Promise.all(clients.map((each) => delivers(server, each, code)));
    expect(JSON.parse(await server.push({ $cmd: "count" }))).toMatchObject({ connections: transports.length });
  }
});

/** The garbage collector, which Node.js gives on request. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

test("two hundred reconnects leave one socket, one delivery, no timers and no memory behind", async () => {
  const sockets: WeakRef<WebSocket>[] = [];
  let open = 0;
  class Counted extends WebSocket {
    constructor(url: string) {
      super(url);
      open++;
      sockets.push(new WeakRef<WebSocket>(this));
      this.addEventListener("close", () => open--);
    }
  }
  const server = await start();
  const proxy = await proxyTo(server);
  const bridge = new PushBridge<{ n: number }>(proxy.url, { uid: "again", WebSocket: Counted, random: () => 0 });
  cleanups.push(() => bridge.close());
  const received: unknown[] = [];
  bridge.on("message", (payload) => received.push(payload));
  let opened = 0;
  let goal = 0;
  bridge.on("state", ({ name }) => {
    if (name === "open" && opened++ < goal) {
      proxy.drop();
    }
  });
  const gc = collector();
  const cycles = async (count: number) => {
    goal = opened + count - 1;
    proxy.drop();
    await until(() => opened > goal, `${count} reconnects`);
    await until(() => proxy.connections === 1, "the broken connections are gone");
    gc();
    return process.memoryUsage().heapUsed;
  };
  await reached(bridge, "open");
  // The first ones fill caches and compile code.
  const before = await cycles(20);
  const after = await cycles(200);

  expect(opened).toBe(221);
  expect(proxy.accepted).toBe(221);
  expect(open).toBe(1);
  expect(sockets.filter((socket) => socket.deref())).toHaveLength(1);
  expect(after - before).toBeLessThan(300_000);
  await server.online("again", 1);
  expect(await server.push({ uid: "again", n: 1 })).toBe("ok");
  await until(() => received.length > 0, "a message");
  expect(received).toEqual([{ uid: "again", n: 1 }]);
  bridge.close();
  await until(() => open === 0 && proxy.connections === 0, "the last one is gone");
});
