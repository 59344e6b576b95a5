// What the page knows of the network and of being looked at, and the heartbeat that knows the rest.
import { describe, expect, test, vi } from "vitest";
import { FakeSocket, connect, names, page, useFakes } from "./fakes.js";
import { PushBridge } from "../../src/index.js";

useFakes();

describe("a page without a network", () => {
  test("makes no attempt until the network is back, and then one at once", () => {
    const { bridge } = connect();
    FakeSocket.last.open();
    page.offline();
    FakeSocket.last.end(1006);
    expect(bridge.state).toMatchObject({ name: "waiting", offline: true, delay: 0, attempt: 2 });
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    page.online();
    expect(FakeSocket.all).toHaveLength(2);
    expect(bridge.state).toEqual({ name: "connecting", attempt: 2 });
  });

  test("that loses it while waiting makes no attempt either", () => {
    const { bridge, states } = connect();
    FakeSocket.last.end(1006);
    page.offline();
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(bridge.state).toMatchObject({ name: "waiting", offline: true, attempt: 2 });
    expect(names(states)).toEqual(["waiting", "waiting"]);
    page.online();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("still reaches a server on its own machine", () => {
    page.onLine = false;
    const bridge = new PushBridge("ws://127.0.0.1:1/", { uid: "u", WebSocket: FakeSocket, random: () => 0.5 });
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
    bridge.close();
  });
});

describe("a page that is brought to the front", () => {
  test("cuts a wait short", () => {
    connect();
    FakeSocket.last.end(1006);
    page.hide();
    expect(FakeSocket.all).toHaveLength(1);
    page.show();
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("makes no attempt without a network", () => {
    connect();
    page.offline();
    FakeSocket.last.end(1006);
    page.hide();
    page.show();
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("disturbs neither an attempt nor an open connection", () => {
    const { states } = connect();
    page.show();
    FakeSocket.last.open();
    page.show();
    page.online();
    FakeSocket.last.receive("");
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(names(states)).toEqual(["open"]);
  });
});

test("a closed connection no longer listens to the page", () => {
  const { bridge } = connect();
  FakeSocket.last.end(1006);
  bridge.close();
  page.offline();
  page.online();
  page.show();
  expect(FakeSocket.all).toHaveLength(1);
  expect(bridge.state.name).toBe("closed");
});

test("two hundred connections that were closed leave no listener behind", () => {
  const listening = new Set<unknown>();
  for (const target of [globalThis, document]) {
    const { addEventListener: add, removeEventListener: remove } = target;
    vi.spyOn(target, "addEventListener").mockImplementation((...values: Parameters<typeof add>) => {
      listening.add(values[1]);
      add.apply(target, values);
    });
    vi.spyOn(target, "removeEventListener").mockImplementation((...values: Parameters<typeof add>) => {
      listening.delete(values[1]);
      remove.apply(target, values);
    });
  }
  for (let n = 0; n < 200; n++) {
    const { bridge } = connect();
    expect(listening.size).toBe(2);
    FakeSocket.last.open().end(1006);
    vi.advanceTimersByTime(500);
    if (n % 2 === 0) {
      bridge.close();
    } else {
      FakeSocket.last.open().end(4411);
    }
    expect(listening.size).toBe(0);
  }
  vi.restoreAllMocks();
});

describe("the heartbeat", () => {
  const beats = () => FakeSocket.last.sent.filter((text) => text === "heartbeat").length;

  test("gets answers that are no messages", () => {
    const { messages } = connect();
    FakeSocket.last.open().receive("");
    expect(messages).toEqual([]);
  });

  test("gives up a connection that has gone silent, within 45 seconds", () => {
    const { bridge } = connect();
    FakeSocket.last.open();
    vi.advanceTimersByTime(14_001);
    FakeSocket.last.receive("1");
    const [silent] = FakeSocket.all;
    vi.advanceTimersByTime(28_000);
    expect(bridge.state.name).toBe("open");
    vi.advanceTimersByTime(14_000);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006, reason: "the server does not answer" });
    expect(silent!.closedWith).toEqual([1000]);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("asks again and again while the server answers", () => {
    const { bridge } = connect();
    FakeSocket.last.open();
    for (let n = 2; n < 12; n++) {
      vi.advanceTimersByTime(28_000);
      expect(beats()).toBe(n);
      FakeSocket.last.receive("");
    }
    expect(bridge.state.name).toBe("open");
  });

  test("does not ask while messages come", () => {
    const { bridge } = connect();
    FakeSocket.last.open();
    for (let n = 0; n < 20; n++) {
      vi.advanceTimersByTime(10_000);
      FakeSocket.last.receive("1");
    }
    expect(beats()).toBe(1);
    expect(bridge.state.name).toBe("open");
  });

  test.each([
    ["the network has come back", () => page.online()],
    ["the network has gone", () => page.offline()],
    ["the page is brought to the front", () => page.show()],
  ])("asks at once when %s, and gives up soon", (_, event) => {
    const { bridge } = connect();
    FakeSocket.last.open();
    event();
    expect(beats()).toBe(2);
    vi.advanceTimersByTime(4_667);
    expect(bridge.state.name).toBe("waiting");
  });

  test("asked at once and answered goes on as before", () => {
    const { bridge } = connect();
    FakeSocket.last.open();
    page.show();
    FakeSocket.last.receive("");
    vi.advanceTimersByTime(30_000);
    expect(beats()).toBe(3);
    expect(bridge.state.name).toBe("open");
  });

  test("can be switched off", () => {
    connect({ uid: "u", heartbeat: 0 });
    FakeSocket.last.open();
    page.show();
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(beats()).toBe(1);
  });
});
