// A token that is replaced before it expires, over the socket that there is.
import { describe, expect, test, vi } from "vitest";
import { FakeSocket, connect, jwt, names, page, useFakes, type Recorded } from "./fakes.js";
import { renewalOf } from "../../src/token.js";

useFakes();

const minute = 60_000;
const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("the time for the next token", () => {
  test.each([
    [10, 8_000],
    [100, 80_000],
    [150, 120_000],
    [300, 270_000],
    [3600, 3_570_000],
  ])("of one that lives %d s is after %d ms", (seconds, milliseconds) => {
    expect(renewalOf(jwt("u", seconds))).toBeCloseTo(milliseconds, -1);
    expect(renewalOf(jwt("u", seconds, "no iat"))).toBeCloseTo(milliseconds, -1);
  });

  test("is not later than its life when the clock here is slow", () => {
    const token = jwt("u", 300);
    vi.setSystemTime(Date.now() - 3600_000);
    expect(renewalOf(token)).toBeCloseTo(270_000, -1);
  });

  test("of one that lives for years is not beyond what a timer can wait", () => {
    expect(renewalOf(jwt("u", 1e9))).toBe(2 ** 31 - 1);
  });

  test.each(["", "opaque", "a.b.c", `a.${btoa("null")}.c`, `a.${btoa('{"sub":"é"}')}.c`, `a.${btoa('{"exp":"soon"}')}.c`])(
    "is not known of %j",
    (token) => expect(renewalOf(token)).toBeUndefined(),
  );

  test("is not known of one that has expired", () => {
    expect(renewalOf(jwt("u", -1))).toBeUndefined();
  });
});

/** A connection that is open under its first token and has just said the second, unless there is none. */
async function renewing(second: () => string | Promise<string> = () => jwt("second", 300), heartbeat = 0) {
  const token = vi.fn<() => string | Promise<string>>().mockReturnValueOnce(jwt("first", 300)).mockImplementation(second);
  const recorded: Recorded<unknown> = connect({ token, heartbeat });
  await after(0);
  const socket = FakeSocket.last.open();
  for (let n = 0; n < 27; n++) {
    await after(10_000);
    socket.receive("0");
  }
  recorded.messages.length = 0;
  return { ...recorded, token, socket, renewals: () => socket.sent.filter((text) => text.startsWith("renew ")) };
}

describe("a renewal", () => {
  test("is a word to the server, and nothing that anybody notices", async () => {
    const { bridge, states, messages, socket, renewals } = await renewing();
    expect(renewals()).toEqual([`renew ${jwt("second", 300)}`]);
    socket.receive("1").receive("").receive("2");
    await after(60_000);
    expect(renewals()).toHaveLength(1);
    expect(FakeSocket.all).toHaveLength(1);
    expect(messages).toEqual([1, 2]);
    expect(names(states)).toEqual(["open"]);
    expect(bridge.state.name).toBe("open");
  });

  test("happens again, with the token after that", async () => {
    const { token, socket, renewals } = await renewing();
    socket.receive("");
    await after(269_000);
    expect(renewals()).toHaveLength(1);
    await after(1_000);
    expect(token).toHaveBeenCalledTimes(3);
    expect(renewals()).toHaveLength(2);
  });

  test("that the server cannot decide is tried again, until it can", async () => {
    const { states, messages, socket, renewals } = await renewing();
    await after(4_999);
    expect(renewals()).toHaveLength(1);
    await after(1 + 500);
    expect(renewals()).toHaveLength(2);
    await after(5_000 + 1_000);
    expect(renewals()).toHaveLength(3);
    socket.receive("").receive("1");
    await after(60_000);
    expect(renewals()).toHaveLength(3);
    expect(messages).toEqual([1]);
    expect(names(states)).toEqual(["open"]);
  });

  test("that is never decided ends with the old token, and the next attempt has another", async () => {
    const { bridge, token, socket } = await renewing();
    await after(30_000);
    expect(bridge.state.name).toBe("open");
    socket.end(4410);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 4410 });
    const asked = token.mock.calls.length;
    await after(500);
    expect(token).toHaveBeenCalledTimes(asked + 1);
    FakeSocket.last.open();
    expect(bridge.state.name).toBe("open");
  });

  test.each([4401, 4410])("that the server refuses with %d is followed by an attempt with another token", async (code) => {
    const { bridge, socket } = await renewing();
    socket.end(code, "signature");
    expect(bridge.state).toMatchObject({ name: "waiting", code, reason: "signature" });
    await after(500);
    expect(FakeSocket.last.open().sent[0]).toBe(jwt("second", 300));
    expect(bridge.state.name).toBe("open");
  });

  test("ends with the connection", async () => {
    const { bridge, socket } = await renewing();
    bridge.close();
    expect(socket.closedWith).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not made with the token that it has", async () => {
    const first = jwt("first", 300);
    const token = vi.fn(() => first);
    connect({ token, heartbeat: 0 });
    await after(0);
    FakeSocket.last.open();
    await after(290_000);
    expect(token.mock.calls.length).toBeGreaterThan(3);
    expect(FakeSocket.last.sent).toHaveLength(2);
  });

  test("waits for a token that cannot be had now", async () => {
    let signedIn = false;
    const { token, renewals } = await renewing(() =>
      signedIn ? jwt("second", 300) : Promise.reject(new Error("signed out")),
    );
    expect(renewals()).toEqual([]);
    signedIn = true;
    await after(500);
    expect(token).toHaveBeenCalledTimes(3);
    expect(renewals()).toHaveLength(1);
  });

  test("does not count for what comes after it over another connection", async () => {
    let late: (token: string) => void = () => {};
    const { bridge, token, socket } = await renewing(() => new Promise<string>((resolve) => (late = resolve)));
    token.mockImplementation(() => jwt("third", 300));
    socket.end(1006);
    await after(500);
    const next = FakeSocket.last.open();
    late(jwt("late", 300));
    await after(0);
    expect([socket, next].flatMap(({ sent }) => sent).filter((text) => text.startsWith("renew "))).toEqual([]);
    expect(bridge.state.name).toBe("open");
  });
});

describe("a heartbeat while a renewal is under way", () => {
  /** The renewal has been said, and a heartbeat behind it. */
  async function both() {
    const all = await renewing(undefined, 14_000);
    page.show();
    expect(all.socket.sent.slice(-2)).toEqual([expect.stringMatching(/^renew /), "heartbeat"]);
    return all;
  }

  test("needs an answer of its own: two answers are one for each", async () => {
    const { bridge, socket, renewals } = await both();
    socket.receive("").receive("");
    await after(6_000);
    expect(renewals()).toHaveLength(1);
    expect(bridge.state.name).toBe("open");
  });

  test("is what a single answer is for: the renewal is tried again", async () => {
    const { bridge, socket, renewals } = await both();
    socket.receive("");
    await after(5_500);
    expect(renewals()).toHaveLength(2);
    expect(bridge.state.name).toBe("open");
  });

  test("notices a network that is dead", async () => {
    const { bridge } = await both();
    await after(5_000);
    expect(bridge.state).toMatchObject({ name: "waiting", reason: "the server does not answer" });
  });

  test("an answer that nobody waits for is none", async () => {
    const { states, messages, socket, renewals } = await renewing();
    await after(5_000);
    socket.receive("").receive("");
    await after(500);
    expect(renewals()).toHaveLength(2);
    expect(messages).toEqual([]);
    expect(names(states)).toEqual(["open"]);
  });
});

test("a token that does not say when it ends is not replaced before the server says so", async () => {
  const token = vi.fn(() => "opaque");
  const { bridge } = connect({ token, heartbeat: 0 });
  await after(0);
  FakeSocket.last.open();
  await after(24 * 60 * minute);
  expect(token).toHaveBeenCalledTimes(1);
  FakeSocket.last.end(4410);
  expect(bridge.state).toMatchObject({ name: "waiting", code: 4410 });
});

test("a token that comes after the connection has ended is not used", async () => {
  let late: (token: string) => void = () => {};
  const { bridge } = await renewing(() => new Promise<string>((resolve) => (late = resolve)));
  bridge.close();
  late(jwt("late", 300));
  await after(600_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
