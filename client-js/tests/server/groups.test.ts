// Groups that clients choose themselves, by the real hub.
import { HttpTransportType } from "@microsoft/signalr";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { GroupError, PushBridge, raw, type Transport } from "../../src/index.js";
import { auto, signalr } from "../../src/signalr.js";
import { Proxy } from "../proxy.js";
import { Server } from "../server.mjs";
import { next, reached } from "../waiting.js";

let server: Server;
let proxy: Proxy;
beforeAll(async () => {
  server = await Server.start({
    settings: { Clients__JoinableGroups__0: "news", Clients__JoinableGroups__1: "room-*" },
  });
  proxy = await Proxy.start(server.url);
});
afterAll(async () => {
  await proxy.stop();
  expect(await server.stop()).toBe(0);
});

const bridges: PushBridge<unknown>[] = [];
afterEach(() => {
  for (const bridge of bridges.splice(0)) {
    bridge.close();
  }
});

function open(uid: string, transport: Transport): PushBridge<unknown> {
  const bridge = new PushBridge(proxy.url, { uid, transport, WebSocket, random: () => 0.1 });
  bridges.push(bridge);
  return bridge;
}

const pushTo = (group: string, data: unknown) => server.push({ $cmd: "group", group, data });

describe.each([
  ["WebSockets", HttpTransportType.WebSockets],
  ["server-sent events", HttpTransportType.ServerSentEvents],
  ["long polling", HttpTransportType.LongPolling],
])("SignalR over %s", (name, transports) => {
  test("joins, comes back into the group after a reconnect, and leaves it", async () => {
    const group = `room-${name}`;
    const bridge = open(name, signalr({ transports }));
    const messages = bridge[Symbol.asyncIterator]();
    await bridge.join(group);
    expect(await pushTo(group, 1)).toBe("ok");
    expect(await next(messages)).toBe(1);

    proxy.drop();
    await reached(bridge, "waiting");
    await reached(bridge, "open");
    // Whoever joins again hears of it from the server, behind the first joining.
    await bridge.join("news");
    expect(await pushTo(group, 2)).toBe("ok");
    expect(await next(messages)).toBe(2);

    bridge.leave(group);
    bridge.leave("news");
    await bridge.join(`${group} behind`);
    // The server may still have the broken connection of long polling in the group.
    await pushTo(group, 3);
    expect(await pushTo(`${group} behind`, 4)).toBe("ok");
    expect(await next(messages)).toBe(4);
  });
});

test("a group that is not for clients is refused, and the connection stays", async () => {
  const bridge = open("refused", signalr());
  const states: string[] = [];
  bridge.on("state", ({ name }) => states.push(name));
  const error = await bridge.join("staff").catch((error: unknown) => error);
  expect(error).toBeInstanceOf(GroupError);
  expect(error).toMatchObject({ reason: "refused", message: "clients may not join this group" });
  await server.online("refused", 1);
  expect(states).toEqual(["open"]);
});

test.each([
  ["raw", raw],
  ["auto", auto()],
])("%s says that a raw WebSocket cannot join", async (name, transport) => {
  const bridge = open(`${name} joins`, transport);
  await expect(bridge.join("news")).rejects.toMatchObject({ name: "GroupError", reason: "unsupported" });
  expect(bridge.state.name).toBe("open");
});
