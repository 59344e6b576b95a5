// Tokens: one for each attempt, and what happens when the server or the token's source refuses.
import { expect, test, vi } from "vitest";
import { FakeSocket, connect, useFakes } from "./fakes.js";

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

test("a token that is refused is asked for once more, and then no further attempt is made", async () => {
  const token = tokens();
  const { bridge } = connect({ token });
  await settled();
  FakeSocket.last.open().end(4401);
  expect(bridge.state).toMatchObject({ name: "waiting", code: 4401 });
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.open().sent[0]).toBe("token 2");
  FakeSocket.last.end(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(token).toHaveBeenCalledTimes(2);
});

test("attempts that fail in between do not make a refused token better", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  FakeSocket.last.open().end(4401);
  await vi.advanceTimersByTimeAsync(500);
  FakeSocket.last.end(1006);
  await vi.advanceTimersByTimeAsync(1_000);
  FakeSocket.last.open().end(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
});

test("a uid where tokens are wanted ends the attempts at once", () => {
  const { bridge } = connect({ uid: "u" });
  FakeSocket.last.open().end(4401);
  expect(bridge.state).toMatchObject({ name: "closed", code: 4401, final: true });
});

test("a token that was good for a while is replaced once", async () => {
  const { bridge } = connect({ token: tokens() });
  await settled();
  FakeSocket.last.open();
  await vi.advanceTimersByTimeAsync(10_000);
  FakeSocket.last.end(4401);
  expect(bridge.state.name).toBe("waiting");
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.last.open().sent[0]).toBe("token 2");
  FakeSocket.last.end(4401);
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
