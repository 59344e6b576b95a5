// Tokens: one for each attempt, and what happens when the server or the token's source refuses.
import { expect, test, vi } from "vitest";
import { FakeSocket, connect, names, useFakes } from "./fakes.js";

useFakes();

const settled = () => vi.advanceTimersByTimeAsync(0);

function tokens() {
  let n = 0;
  return vi.fn(async () => `token ${++n}`);
}

test("the token is the first frame", async () => {
  connect({ token: tokens() });
  await settled();
  expect(FakeSocket.last.open().sent[0]).toBe("token 1");
});

test("a token need not be a promise", async () => {
  connect({ token: () => "now" });
  await settled();
  expect(FakeSocket.last.open().sent[0]).toBe("now");
});

test("each attempt has a token of its own", async () => {
  const token = tokens();
  connect({ token });
  await settled();
  FakeSocket.last.end(1006);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.open().sent[0]).toBe("token 2");
  expect(token).toHaveBeenCalledTimes(2);
});

test("an expired token is replaced", async () => {
  connect({ token: tokens() });
  await settled();
  FakeSocket.last.open().end(4410);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.open().sent[0]).toBe("token 2");
});

/** The server refuses the token of the attempt under way. */
const refuse = (code: number, reason = "") => void FakeSocket.last.reach().end(code, reason);

test.each([
  [4401, 4401, 4401],
  [4410, 4410, 4410],
  [4401, 4410, 4401],
])("three tokens that are refused (%d, %d, %d) are the end", async (...codes) => {
  const token = tokens();
  const { bridge, states } = connect({ token });
  await settled();
  refuse(codes[0]!);
  expect(bridge.state).toMatchObject({ name: "waiting", code: codes[0] });
  await vi.advanceTimersByTimeAsync(500);
  refuse(codes[1]!);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSocket.last.reach().sent[0]).toBe("token 3");
  refuse(codes[2]!, "the last word");
  expect(bridge.state).toEqual({
    name: "closed",
    code: codes[2],
    reason: "the last word",
    final: true,
    error: new Error("The server refused 3 tokens in a row."),
  });
  expect(names(states)).toEqual(["waiting", "connecting", "waiting", "connecting", "closed"]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(token).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});

test("tokens that expire, each after a connection that was open, are no reason to end", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  for (let n = 0; n < 5; n++) {
    FakeSocket.last.open().end(4410);
    expect(bridge.state).toMatchObject({ name: "waiting", code: 4410 });
    await vi.advanceTimersByTimeAsync(500 * 2 ** n);
  }
});

test("attempts that fail in between do not make a refused token better", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  refuse(4401);
  await vi.advanceTimersByTimeAsync(500);
  refuse(4401);
  await vi.advanceTimersByTimeAsync(1_000);
  FakeSocket.last.end(1006);
  await vi.advanceTimersByTimeAsync(2_000);
  refuse(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
});

test("a uid where tokens are wanted ends the attempts at once", () => {
  const { bridge } = connect({ uid: "u" });
  refuse(4401);
  expect(bridge.state).toEqual({ name: "closed", code: 4401, reason: "bad token", final: true });
});

test("a connection that was open makes up for tokens that were refused", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  refuse(4401);
  await vi.advanceTimersByTimeAsync(500);
  refuse(4401);
  await vi.advanceTimersByTimeAsync(1_000);
  FakeSocket.last.open().end(4401);
  await vi.advanceTimersByTimeAsync(2_000);
  refuse(4401);
  expect(bridge.state).toMatchObject({ name: "waiting", code: 4401 });
  await vi.advanceTimersByTimeAsync(4_000);
  refuse(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
});

test("a token that has expired while the connection was open was not refused", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  FakeSocket.last.open().end(4410);
  for (const delay of [500, 1_000]) {
    await vi.advanceTimersByTimeAsync(delay);
    refuse(4401);
    expect(bridge.state.name).toBe("waiting");
  }
  await vi.advanceTimersByTimeAsync(2_000);
  refuse(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
});

test("a token that cannot be had is an attempt that failed", async () => {
  const error = new Error("signed out");
  const token = vi.fn(async () => "fine").mockRejectedValueOnce(error);
  const { bridge } = connect({ token });
  await settled();
  expect(bridge.state).toMatchObject({ name: "waiting", code: 1006, reason: "no token", error });
  expect(FakeSocket.all).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.open().sent[0]).toBe("fine");
});

test("a token that does not come in time is an attempt that failed, and comes too late", async () => {
  let late: (token: string) => void = () => {};
  const { bridge } = connect({ token: () => new Promise<string>((resolve) => (late = resolve)) });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(bridge.state).toMatchObject({ name: "waiting", reason: "no answer in time" });
  late("old");
  await settled();
  expect(FakeSocket.all).toHaveLength(0);
});

test("a token that comes after close() is not used", async () => {
  let late: (token: string) => void = () => {};
  const { bridge } = connect({ token: () => new Promise<string>((resolve) => (late = resolve)) });
  bridge.close();
  late("old");
  await settled();
  expect(FakeSocket.all).toHaveLength(0);
});
