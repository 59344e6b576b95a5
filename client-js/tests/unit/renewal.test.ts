// A token that is replaced before it expires, and the change from one raw WebSocket to the next.
import { describe, expect, test, vi } from "vitest";
import { FakeSocket, connect, jwt, names, useFakes, type Recorded } from "./fakes.js";
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

/** A connection that is open under its first token, and the second about to be asked for: `old` and `next` are the sockets. */
async function renewing(second: () => string | Promise<string> = () => jwt("second", 300)) {
  const token = vi.fn<() => string | Promise<string>>().mockReturnValueOnce(jwt("first", 300)).mockImplementation(second);
  const recorded: Recorded<unknown> = connect({ token, heartbeat: 0 });
  await after(0);
  const old = FakeSocket.last.open();
  await after(270_000);
  return { ...recorded, token, old, next: FakeSocket.last };
}

describe("the change to the next socket", () => {
  test("is one that nobody notices", async () => {
    const { bridge, states, messages, old, next } = await renewing();
    expect(FakeSocket.all).toHaveLength(2);
    old.receive("1");
    next.open();
    expect(next.sent).toEqual([expect.stringContaining("."), "heartbeat"]);
    expect(old.sent).toHaveLength(1);
    next.receive("");
    expect(old.sent[1]).toBe("heartbeat");
    old.receive("");
    expect(old.closedWith).toEqual([1000]);
    next.receive("2");
    expect(messages).toEqual([1, 2]);
    expect(names(states)).toEqual(["open"]);
    expect(bridge.state.name).toBe("open");
  });

  test("delivers what comes over both once, in the order of the old one", async () => {
    const { messages, old, next } = await renewing();
    old.receive("1");
    next.open();
    old.receive("2");
    next.receive("3").receive("");
    old.receive("3").receive("4");
    next.receive("4").receive("5");
    old.receive("");
    next.receive("6");
    expect(messages).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("knows what the old one has brought when the new one brings it late", async () => {
    const { messages, old, next } = await renewing();
    next.open().receive("");
    old.receive("1").receive("1").receive("");
    next.receive("1").receive("2").receive("1");
    expect(messages).toEqual([1, 1, 2]);
  });

  test("delivers the same text again that is pushed a second later", async () => {
    const { messages, old, next } = await renewing();
    next.open();
    old.receive("1");
    next.receive("");
    old.receive("");
    next.receive("");
    await after(1_000);
    next.receive("1");
    expect(messages).toEqual([1, 1]);
  });

  test("does not hear what the old one says after it", async () => {
    const { messages, old, next } = await renewing();
    next.open().receive("");
    old.receive("").receive("1").end(4410);
    next.receive("1");
    expect(messages).toEqual([1]);
  });

  test("waits until the server has accepted the new one", async () => {
    const { messages, old, next } = await renewing();
    next.open().receive("1");
    expect(old.closedWith).toEqual([]);
    expect(old.sent).toHaveLength(1);
    old.receive("1");
    expect(messages).toEqual([1]);
  });

  test("keeps what the new one has when the old one breaks off", async () => {
    const { bridge, states, messages, old, next } = await renewing();
    next.open().receive("1").receive("");
    old.end(1006);
    next.receive("2");
    expect(messages).toEqual([1, 2]);
    expect(names(states)).toEqual(["open"]);
    next.end(1006);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006 });
  });

  test("is off when the old one breaks off first, and a new attempt is made", async () => {
    const { bridge, old, next } = await renewing();
    next.open();
    old.end(1006);
    expect(next.closedWith).toEqual([1000]);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 1006 });
  });

  test("happens again, with the token after that", async () => {
    const { messages, token, old, next } = await renewing();
    next.open().receive("");
    old.receive("");
    next.receive("");
    await after(270_000);
    expect(token).toHaveBeenCalledTimes(3);
    const third = FakeSocket.last.open().receive("");
    next.receive("1").receive("");
    third.receive("1").receive("2");
    expect(FakeSocket.all).toHaveLength(3);
    expect(next.closedWith).toEqual([1000]);
    expect(messages).toEqual([1, 2]);
  });

  test("ends with the connection", async () => {
    const { bridge, old, next } = await renewing();
    next.open();
    bridge.close();
    expect(old.closedWith).toEqual([1000]);
    expect(next.closedWith).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer when the connection is closed after it", async () => {
    const { bridge, old, next } = await renewing();
    next.open().receive("");
    old.receive("");
    next.receive("");
    bridge.close();
    expect(next.closedWith).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("keeps the heartbeat going on the new socket", async () => {
    const token = vi.fn(() => jwt("u", 300));
    const { bridge } = connect({ token });
    await after(0);
    const old = FakeSocket.last.open().receive("");
    for (let n = 0; n < 27; n++) {
      await after(10_000);
      old.receive("1");
    }
    const next = FakeSocket.last.open().receive("").receive("");
    old.receive("");
    expect(old.closedWith).toEqual([1000]);
    await after(42_000);
    expect(next.sent.filter((text) => text === "heartbeat").length).toBeGreaterThan(2);
    expect(bridge.state).toMatchObject({ name: "waiting", reason: "the server does not answer" });
  });
});

describe("a renewal that fails", () => {
  test("because the token is refused is followed by one attempt with another", async () => {
    const { bridge, old, next } = await renewing();
    next.open().end(4401, "signature");
    expect(old.closedWith).toEqual([1000]);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 4401, reason: "signature" });
    await after(500);
    FakeSocket.last.open().end(4401);
    expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
  });

  test.each([
    ["the uid has too many connections", (next: FakeSocket) => next.open().end(4409)],
    ["the server cannot be reached", (next: FakeSocket) => next.end(1006)],
  ])("because %s leaves the old socket alone, and is tried again", async (_, fail) => {
    const { bridge, states, messages, old, next } = await renewing();
    fail(next);
    expect(next.closedWith).toEqual([1000]);
    old.receive("1");
    await after(5_000);
    const third = FakeSocket.last.open().receive("");
    expect(third).not.toBe(next);
    old.receive("");
    third.receive("2");
    expect(messages).toEqual([1, 2]);
    expect(names(states)).toEqual(["open"]);
    expect(bridge.state.name).toBe("open");
  });

  test("because nobody answers in ten seconds is tried again", async () => {
    const { messages, old, next } = await renewing();
    next.open();
    await after(10_000);
    expect(next.closedWith).toEqual([1000]);
    old.receive("1");
    await after(5_000);
    expect(FakeSocket.all).toHaveLength(3);
    expect(messages).toEqual([1]);
  });

  test("because there is no token is tried again", async () => {
    let signedIn = false;
    const { old, token } = await renewing(() =>
      signedIn ? jwt("second", 300) : Promise.reject(new Error("signed out")),
    );
    expect(FakeSocket.all).toHaveLength(1);
    signedIn = true;
    await after(5_000);
    expect(token).toHaveBeenCalledTimes(3);
    FakeSocket.last.open().receive("");
    old.receive("");
    expect(old.closedWith).toEqual([1000]);
  });

  test("because the token is still the same one makes no second socket", async () => {
    const first = jwt("first", 300);
    const token = vi.fn(() => first);
    connect({ token });
    await after(0);
    FakeSocket.last.open();
    await after(290_000);
    expect(token.mock.calls.length).toBeGreaterThan(3);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

test("a token that does not say when it ends is not replaced before the server says so", async () => {
  const token = vi.fn(() => "opaque");
  const { bridge } = connect({ token });
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
