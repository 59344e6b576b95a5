// The life of a connection: attempts, delays, states, the codes that end it.
import { describe, expect, test, vi } from "vitest";
import { PushBridge, closeCodes, type State } from "../../src/index.js";
import { FakeSocket, connect, names, useFakes } from "./fakes.js";

useFakes();

describe("opening", () => {
  test("the uid is the first frame, exactly as it is", () => {
    connect({ uid: " ünï " });
    expect(FakeSocket.last.url).toBe("ws://push.example:1234/");
    FakeSocket.last.open();
    expect(FakeSocket.last.sent[0]).toBe(" ünï ");
  });

  test("a number is its own text", () => {
    connect({ uid: 123 });
    expect(FakeSocket.last.open().sent[0]).toBe("123");
  });

  test("a connection goes from connecting to open", () => {
    const { bridge, states } = connect();
    expect(bridge.state).toEqual({ name: "connecting", attempt: 1 });
    FakeSocket.last.open();
    expect(states).toEqual([{ name: "open", transport: "raw" }]);
    expect(bridge.state).toBe(states[0]);
  });

  test("it is open when the server has said that it knows who listens, and not before", () => {
    const { bridge } = connect();
    expect(FakeSocket.last.reach().sent).toEqual(["u", "heartbeat"]);
    expect(bridge.state.name).toBe("connecting");
    FakeSocket.last.receive("");
    expect(bridge.state.name).toBe("open");
  });

  test("a client that is not let in has not been open", () => {
    const { states } = connect();
    FakeSocket.last.reach().end(4401);
    expect(names(states)).toEqual(["closed"]);
  });

  test("a push that overtakes the server's answer is delivered", () => {
    const { bridge, messages } = connect();
    FakeSocket.last.reach().receive("1");
    expect(messages).toEqual([1]);
    expect(bridge.state.name).toBe("connecting");
  });

  test("reaching the server may take its time, and being let in as much again", () => {
    const { bridge } = connect({ heartbeat: 0 });
    vi.advanceTimersByTime(14_000);
    FakeSocket.last.reach();
    vi.advanceTimersByTime(14_000);
    FakeSocket.last.receive("");
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(bridge.state.name).toBe("open");
  });

  test("a server that never says whether it lets a client in is given up", () => {
    const { bridge } = connect();
    FakeSocket.last.reach();
    vi.advanceTimersByTime(15_000);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006, reason: "no answer in time" });
    expect(FakeSocket.all[0]!.closedWith).toEqual([1000]);
  });

  test.each([
    ["http://push.example/live#part", "ws://push.example/live"],
    ["https://push.example", "wss://push.example/"],
    ["wss://push.example/?a=b", "wss://push.example/?a=b"],
  ])("%s is connected to as %s", (url, expected) => {
    new PushBridge(url, { uid: "u", WebSocket: FakeSocket }).close();
    expect(FakeSocket.last.url).toBe(expected);
  });

  test("without uid and token there is no connection", () => {
    expect(() => new PushBridge("ws://push.example", {} as never)).toThrow(TypeError);
    expect(FakeSocket.all).toEqual([]);
  });

  test("something that is no URL is refused at once", () => {
    expect(() => new PushBridge("http://", { uid: "u", WebSocket: FakeSocket })).toThrow(TypeError);
    expect(FakeSocket.all).toEqual([]);
  });
});

describe("coming back", () => {
  test("the ceiling of the delay doubles from one second to thirty", () => {
    const { states } = connect();
    const delays: number[] = [];
    for (let n = 0; n < 8; n++) {
      FakeSocket.last.end(1006);
      delays.push((states.at(-1) as Extract<State, { name: "waiting" }>).delay);
      vi.advanceTimersByTime(delays.at(-1)!);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    expect(FakeSocket.all).toHaveLength(9);
  });

  test.each([
    [0, 0],
    [0.999, 999],
  ])("with the random number %d the first delay is %d ms", (random, delay) => {
    const { bridge } = connect({ uid: "u", random: () => random });
    FakeSocket.last.end(1006);
    expect(bridge.state).toMatchObject({ name: "waiting", delay });
  });

  test("no attempt is made before the delay is over", () => {
    connect();
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(499);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("states say which attempt comes next, when, and why", () => {
    const { states } = connect();
    FakeSocket.last.open().end(1001, "the server is full");
    vi.advanceTimersByTime(500);
    FakeSocket.last.end(1006);
    expect(states.slice(1)).toEqual([
      { name: "waiting", attempt: 2, delay: 500, offline: false, code: 1001, reason: "the server is full" },
      { name: "connecting", attempt: 2 },
      { name: "waiting", attempt: 3, delay: 1000, offline: false, code: 1006, reason: "" },
    ]);
  });

  test("after five good seconds the delays begin anew", () => {
    const { bridge } = connect();
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(500);
    FakeSocket.last.open();
    vi.advanceTimersByTime(5_000);
    FakeSocket.last.end(1006);
    expect(bridge.state).toMatchObject({ attempt: 2, delay: 500 });
  });

  test("a connection that ends right after it opened does not begin the delays anew", () => {
    const { bridge } = connect();
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(500);
    FakeSocket.last.open();
    vi.advanceTimersByTime(4_999);
    FakeSocket.last.end(1006);
    expect(bridge.state).toMatchObject({ attempt: 3, delay: 1000 });
  });

  test("an attempt that gets no answer is given up after fifteen seconds", () => {
    const { bridge } = connect();
    vi.advanceTimersByTime(14_999);
    expect(bridge.state.name).toBe("connecting");
    vi.advanceTimersByTime(1);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006, reason: "no answer in time" });
    expect(FakeSocket.all[0]!.closedWith).toEqual([1000]);
  });

  test("what a given-up socket still says is not heard", () => {
    const { states, messages } = connect();
    const [given] = FakeSocket.all;
    vi.advanceTimersByTime(15_000);
    const before = [...states];
    given!.open().receive("1").end(4411);
    expect(states).toEqual(before);
    expect(messages).toEqual([]);
  });

  test("an exception of the WebSocket is an attempt that failed", () => {
    const error = new Error("mixed content");
    const { bridge } = connect({
      uid: "u",
      WebSocket: class extends FakeSocket {
        constructor(url: string) {
          super(url);
          throw error;
        }
      },
    });
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006, reason: "could not connect", error });
  });
});

describe("close codes", () => {
  const codes = Object.entries(closeCodes).map(([code, { text, final }]) => ({ code: Number(code), text, final }));

  test.each(codes.filter(({ final }) => final))("$code ($text) ends the attempts", ({ code, text }) => {
    const { bridge, states } = connect();
    FakeSocket.last.open().end(code);
    expect(bridge.state).toEqual({ name: "closed", code, reason: text, final: true });
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(names(states)).toEqual(["open", "closed"]);
  });

  test.each([...codes.filter(({ final }) => !final), { code: 1006, text: "" }, { code: 4999, text: "" }])(
    "after $code ($text) it comes back",
    ({ code, text }) => {
      const { bridge } = connect();
      FakeSocket.last.open().end(code);
      expect(bridge.state).toMatchObject({ name: "waiting", code, reason: text });
      vi.advanceTimersByTime(500);
      expect(FakeSocket.all).toHaveLength(2);
    },
  );

  test("the server's own words come before the code's", () => {
    const { bridge } = connect();
    FakeSocket.last.open().end(4411, "signed out elsewhere");
    expect(bridge.state).toMatchObject({ reason: "signed out elsewhere" });
  });
});

describe("close()", () => {
  test("ends the connection, says so once, and nothing comes after it", () => {
    const { bridge, states, messages } = connect();
    FakeSocket.last.open();
    bridge.close();
    bridge.close();
    FakeSocket.last.receive("1").end(1000);
    vi.advanceTimersByTime(600_000);
    expect(states.slice(1)).toEqual([{ name: "closed", code: 1000, reason: "closed by the client", final: false }]);
    expect(FakeSocket.last.closedWith).toEqual([1000]);
    expect(messages).toEqual([]);
    expect(FakeSocket.all).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends an attempt", () => {
    const { bridge } = connect();
    bridge.close();
    expect(FakeSocket.last.closedWith).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends a wait", () => {
    const { bridge } = connect();
    FakeSocket.last.end(1006);
    bridge.close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(["connecting", "open", "waiting"])("may be called by a handler of the state %s", (name) => {
    const { bridge } = connect();
    bridge.on("state", (state) => state.name === name && bridge.close());
    FakeSocket.last.open().end(1006);
    vi.advanceTimersByTime(500);
    expect(bridge.state.name).toBe("closed");
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.all.length).toBeLessThanOrEqual(2);
    expect(FakeSocket.all.every((socket) => socket.closedWith.length > 0 || socket.sent.length > 0)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
