// Several objects with the same URL and options on one page: one socket, and a life of its own for each.
import { afterEach, describe, expect, test, vi } from "vitest";
import { PushBridge, raw, type Options, type State } from "../../src/index.js";
import { FakeSocket, names, useFakes } from "./fakes.js";

useFakes();

const bridges: PushBridge<any>[] = [];
afterEach(() => {
  for (const bridge of bridges.splice(0)) {
    bridge.close();
  }
});

const half = () => 0.5;

function open(options: Partial<Options> = {}, url = "ws://push.example/") {
  const bridge = new PushBridge(url, { uid: "u", WebSocket: FakeSocket, random: half, ...options } as Options);
  bridges.push(bridge);
  const states: State[] = [];
  const messages: unknown[] = [];
  bridge.on("state", (state) => states.push(state));
  bridge.on("message", (payload) => messages.push(payload));
  return { bridge, states, messages };
}

describe("objects with the same URL and options", () => {
  test("have one socket, and each gets every message", () => {
    const one = open();
    const two = open();
    expect(FakeSocket.all).toHaveLength(1);
    FakeSocket.last.open().receive("1");
    expect(one.messages).toEqual([1]);
    expect(two.messages).toEqual([1]);
    expect(names(one.states)).toEqual(["open"]);
    expect(names(two.states)).toEqual(["open"]);
  });

  test("keep it until the last of them is closed", () => {
    const one = open();
    const two = open();
    const socket = FakeSocket.last.open();
    one.bridge.close();
    expect(socket.closedWith).toEqual([]);
    socket.receive("1");
    expect(one.messages).toEqual([]);
    expect(two.messages).toEqual([1]);
    expect(one.bridge.state).toEqual({ name: "closed", code: 1000, reason: "closed by the client", final: false });
    one.bridge.close();
    expect(socket.closedWith).toEqual([]);
    two.bridge.close();
    expect(socket.closedWith).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("hear together that they may not come back, and one made then begins anew", () => {
    const one = open();
    const two = open();
    let three: PushBridge | undefined;
    one.bridge.on("state", ({ name }) => {
      if (name === "closed") {
        three = open().bridge;
      }
    });
    FakeSocket.last.open().end(4411);
    expect(one.bridge.state).toMatchObject({ name: "closed", code: 4411, final: true });
    expect(two.bridge.state).toMatchObject({ name: "closed", code: 4411, final: true });
    expect(FakeSocket.all).toHaveLength(2);
    expect(three!.state).toEqual({ name: "connecting", attempt: 1 });
    FakeSocket.last.open();
    expect(three!.state.name).toBe("open");
    expect(two.bridge.state.name).toBe("closed");
  });

  test("that come later are told that the connection is open, too", async () => {
    open();
    const socket = FakeSocket.last.open();
    const late = open();
    expect(late.bridge.state).toEqual({ name: "connecting", attempt: 1 });
    await Promise.resolve();
    expect(late.states).toEqual([{ name: "open", transport: "raw" }]);
    socket.receive("1");
    expect(late.messages).toEqual([1]);
  });

  test("that come later and are closed at once are told nothing more", async () => {
    open();
    FakeSocket.last.open();
    const late = open();
    late.bridge.close();
    await Promise.resolve();
    expect(names(late.states)).toEqual(["closed"]);
  });

  test("that come later see the wait for the next attempt", () => {
    open();
    FakeSocket.last.end(1006);
    expect(open().bridge.state).toMatchObject({ name: "waiting", attempt: 2, delay: 500 });
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("have loops of their own", async () => {
    const one = open({ buffer: 1 });
    const two = open({ buffer: 5 });
    expect(FakeSocket.all).toHaveLength(1);
    const [left, right] = [one.bridge[Symbol.asyncIterator](), two.bridge[Symbol.asyncIterator]()];
    FakeSocket.last.open().receive("1").receive("2");
    expect((await left.next()).value).toBe(1);
    await expect(left.next()).rejects.toThrow(RangeError);
    expect([(await right.next()).value, (await right.next()).value]).toEqual([1, 2]);
  });

  test("share a uid that one gives as a number", () => {
    open({ uid: 7 });
    open({ uid: "7" });
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("share a token by its function", async () => {
    const token = vi.fn(async () => "t");
    open({ uid: undefined, token } as never);
    open({ uid: undefined, token } as never);
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.all).toHaveLength(1);
    expect(token).toHaveBeenCalledTimes(1);
  });

  test.each<[string, Partial<Options>, string?]>([
    ["uid", { uid: "other" }],
    ["URL", {}, "ws://push.example/other"],
    ["transport", { transport: { open: (attempt, events) => raw.open(attempt, events) } }],
    ["heartbeat", { heartbeat: 1 }],
  ])("another %s makes another socket", (_, options, url) => {
    open();
    open(options, url);
    expect(FakeSocket.all).toHaveLength(2);
  });
});
