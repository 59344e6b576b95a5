// Messages: payloads, handlers that come, go and throw, and the async iterator.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { FakeSocket, connect, useFakes } from "./fakes.js";

useFakes();

describe("handlers", () => {
  let reported: unknown[] = [];
  beforeEach(() => {
    reported = [];
    vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
  });

  test("get the parsed payload and its text", () => {
    const { bridge } = connect<{ percent: string }>();
    const got: [string, string][] = [];
    bridge.on("message", ({ percent }, text) => got.push([percent, text]));
    FakeSocket.last.open().receive('{ "percent": "88%", "id": 12345678901234567890 }');
    expect(got).toEqual([["88%", '{ "percent": "88%", "id": 12345678901234567890 }']]);
  });

  test.each(["null", "0", "false", '""', "[]"])("get the payload %s", (text) => {
    const { messages } = connect();
    FakeSocket.last.open().receive(text);
    expect(messages).toEqual([JSON.parse(text)]);
  });

  test("one that throws keeps nobody else from being called", () => {
    const { bridge } = connect();
    const error = new Error("broken page");
    const later = vi.fn();
    bridge.on("message", () => {
      throw error;
    });
    bridge.on("message", later);
    FakeSocket.last.open().receive("1").receive("2");
    expect(later.mock.calls).toEqual([[1, "1"], [2, "2"]]);
    expect(reported).toEqual([error, error]);
  });

  test("one that throws on a state does not stop the connection", () => {
    const { bridge } = connect();
    bridge.on("state", () => {
      throw new Error("broken page");
    });
    FakeSocket.last.open().end(1006);
    vi.advanceTimersByTime(500);
    FakeSocket.last.open();
    expect(bridge.state.name).toBe("open");
    expect(reported).toHaveLength(4); // open, waiting, connecting, open
  });

  test("are called until they are taken away", () => {
    const { bridge } = connect();
    const handler = vi.fn();
    const off = bridge.on("message", handler);
    FakeSocket.last.open().receive("1");
    off();
    off();
    FakeSocket.last.receive("2");
    expect(handler.mock.calls).toEqual([[1, "1"]]);
  });

  test("one taken away by another in the same round is not called", () => {
    const { bridge } = connect();
    const handler = vi.fn();
    bridge.on("message", () => off());
    const off = bridge.on("message", handler);
    FakeSocket.last.open().receive("1");
    expect(handler).not.toHaveBeenCalled();
  });

  test("the same function added twice is called twice, and taken away once", () => {
    const { bridge } = connect();
    const handler = vi.fn();
    const off = bridge.on("message", handler);
    bridge.on("message", handler);
    FakeSocket.last.open().receive("1");
    off();
    FakeSocket.last.receive("2");
    expect(handler).toHaveBeenCalledTimes(3);
  });

  test("are not doubled by coming back", () => {
    const { messages } = connect();
    for (let n = 0; n < 5; n++) {
      FakeSocket.last.open().end(1006);
      vi.advanceTimersByTime(500 * 2 ** n);
    }
    FakeSocket.last.open().receive('"once"');
    expect(messages).toEqual(["once"]);
  });

  test("what is not JSON is reported and not delivered", () => {
    const { messages } = connect();
    FakeSocket.last.open().receive("{").receive("1");
    expect(messages).toEqual([1]);
    expect(reported).toHaveLength(1);
    expect(reported[0]).toBeInstanceOf(SyntaxError);
  });
});

describe("the async iterator", () => {
  test("gives what comes, in order, whether it waits for it or not", async () => {
    const { bridge } = connect<number>();
    const iterator = bridge[Symbol.asyncIterator]();
    const first = iterator.next();
    const second = iterator.next();
    FakeSocket.last.open().receive("1").receive("2").receive("3");
    expect([await first, await second, await iterator.next()]).toEqual(
      [1, 2, 3].map((value) => ({ done: false, value })),
    );
  });

  test("ends with the connection, after what is still buffered", async () => {
    const { bridge } = connect<number>();
    const got: number[] = [];
    const loop = (async () => {
      for await (const payload of bridge) {
        got.push(payload);
      }
    })();
    FakeSocket.last.open().receive("1").receive("2").end(4411);
    await loop;
    expect(got).toEqual([1, 2]);
  });

  test("goes on over a reconnect", async () => {
    const { bridge } = connect<number>();
    const iterator = bridge[Symbol.asyncIterator]();
    FakeSocket.last.open().receive("1").end(1006);
    vi.advanceTimersByTime(500);
    FakeSocket.last.open().receive("2");
    expect((await iterator.next()).value).toBe(1);
    expect((await iterator.next()).value).toBe(2);
  });

  test("is at its end at once when the connection is closed", async () => {
    const { bridge } = connect();
    bridge.close();
    expect(await bridge[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  test("throws when its reader falls too far behind, after what it has kept", async () => {
    const { bridge, messages } = connect<number>({ uid: "u", buffer: 2 });
    const iterator = bridge[Symbol.asyncIterator]();
    FakeSocket.last.open().receive("1").receive("2").receive("3");
    expect((await iterator.next()).value).toBe(1);
    expect((await iterator.next()).value).toBe(2);
    await expect(iterator.next()).rejects.toThrow(RangeError);
    expect((await iterator.next()).done).toBe(true);
    expect(messages).toEqual([1, 2, 3]);
  });

  test("left early stops listening and leaves the connection alone", async () => {
    const { bridge, messages } = connect<number>({ uid: "u", buffer: 1 });
    FakeSocket.last.open();
    const loop = (async () => {
      for await (const payload of bridge) {
        return payload;
      }
      return undefined;
    })();
    FakeSocket.last.receive("1");
    expect(await loop).toBe(1);
    FakeSocket.last.receive("2").receive("3");
    expect(messages).toEqual([1, 2, 3]);
    expect(bridge.state.name).toBe("open");
  });
});
