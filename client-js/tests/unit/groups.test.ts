// Groups over a transport that knows them, and over one that does not.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GroupError, PushBridge, type Link, type LinkEvents, type Options, type Transport } from "../../src/index.js";
import { FakeSocket, connect, useFakes } from "./fakes.js";

useFakes();

/** A transport whose other end is the test. */
class FakeLink implements Link {
  static all: FakeLink[] = [];
  readonly asked: string[] = [];
  answers: ((error?: unknown) => void)[] = [];

  constructor(readonly events: LinkEvents) {
    FakeLink.all.push(this);
  }

  static get last(): FakeLink {
    return FakeLink.all.at(-1)!;
  }

  open(): this {
    this.events.opened("fake");
    return this;
  }

  /** Answers the first question that has none. */
  answer(error?: unknown): void {
    this.answers.shift()!(error);
  }

  join(group: string): Promise<void> {
    this.asked.push(`join ${group}`);
    return new Promise((resolve, reject) => this.answers.push((error) => (error ? reject(error) : resolve())));
  }

  leave(group: string): Promise<void> {
    this.asked.push(`leave ${group}`);
    return Promise.resolve();
  }

  close(): void {}
  check(): void {}
}

const transport: Transport = { open: (_, events) => new FakeLink(events) };
const half = () => 0.5;
let bridges: PushBridge[] = [];
let reported: unknown[] = [];

beforeEach(() => {
  FakeLink.all = [];
  reported = [];
  vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
});
afterEach(() => {
  for (const bridge of bridges.splice(0)) {
    bridge.close();
  }
});

function open(options: Partial<Options> = {}): PushBridge {
  const bridge = new PushBridge("ws://push.example/", { uid: "u", transport, random: half, ...options } as Options);
  bridges.push(bridge);
  return bridge;
}

const refused = new GroupError("refused", "The group g is not for clients.");
const settled = () => vi.advanceTimersByTimeAsync(0);

test("a group is joined when the server says so", async () => {
  const bridge = open();
  FakeLink.last.open();
  const done = vi.fn();
  const joined = bridge.join("g").then(done);
  await settled();
  expect(FakeLink.last.asked).toEqual(["join g"]);
  expect(done).not.toHaveBeenCalled();
  FakeLink.last.answer();
  await joined;
});

test("a group that is joined before the connection is open is joined then", async () => {
  const joined = open().join("g");
  expect(FakeLink.last.asked).toEqual([]);
  FakeLink.last.open().answer();
  await joined;
});

test("a group is joined again after each reconnect, and left for good by leave()", async () => {
  const bridge = open();
  const joined = bridge.join("g");
  FakeLink.last.open().answer();
  await joined;
  FakeLink.last.events.closed(1006, "");
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeLink.last.open().asked).toEqual(["join g"]);
  FakeLink.last.answer();
  await settled();
  bridge.leave("g");
  bridge.leave("g");
  expect(FakeLink.last.asked).toEqual(["join g", "leave g"]);
  FakeLink.last.events.closed(1006, "");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeLink.last.open().asked).toEqual([]);
  expect(FakeLink.all).toHaveLength(3);
});

test("a connection that breaks before the answer does not decide it", async () => {
  const joined = open().join("g");
  const first = FakeLink.last.open();
  first.events.closed(1006, "");
  first.answer(new Error("connection lost"));
  await vi.advanceTimersByTimeAsync(500);
  FakeLink.last.open().answer();
  await joined;
});

test("a group that the server refuses is an error of its own, and not asked for again", async () => {
  const joined = open().join("g");
  FakeLink.last.open().answer(refused);
  await expect(joined).rejects.toBe(refused);
  FakeLink.last.events.closed(1006, "");
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeLink.last.open().asked).toEqual([]);
  expect(reported).toEqual([]);
});

test("a group that is refused only after a reconnect is reported, since nobody waits for it", async () => {
  const bridge = open();
  const joined = bridge.join("g");
  FakeLink.last.open().answer();
  await joined;
  FakeLink.last.events.closed(1006, "");
  await vi.advanceTimersByTimeAsync(500);
  FakeLink.last.open().answer(refused);
  await settled();
  expect(reported).toEqual([refused]);
  const again = bridge.join("g");
  await settled();
  expect(FakeLink.last.asked).toEqual(["join g", "join g"]);
  FakeLink.last.answer();
  await again;
});

test("joining twice asks once, and leaving once is enough", async () => {
  const bridge = open();
  FakeLink.last.open();
  const both = [bridge.join("g"), bridge.join("g")];
  FakeLink.last.answer();
  await Promise.all(both);
  bridge.leave("g");
  expect(FakeLink.last.asked).toEqual(["join g", "leave g"]);
});

test("leaving before the answer gives the wish up", async () => {
  const bridge = open();
  const joined = bridge.join("g");
  bridge.leave("g");
  await expect(joined).rejects.toMatchObject({ name: "GroupError", reason: "given up" });
  const again = bridge.join("g");
  FakeLink.last.open().answer();
  await again;
  bridge.leave("g");
  expect(FakeLink.last.asked).toEqual(["join g", "leave g"]);
});

test("closing gives the wishes up", async () => {
  const bridge = open();
  const joined = bridge.join("g");
  bridge.close();
  await expect(joined).rejects.toMatchObject({ reason: "given up" });
  await expect(bridge.join("g")).rejects.toMatchObject({ reason: "given up" });
});

describe("of objects that share a socket", () => {
  test("one that leaves does not take the other out", async () => {
    const [one, two] = [open(), open()];
    const both = [one.join("g"), two.join("g")];
    FakeLink.last.open().answer();
    await Promise.all(both);
    expect(FakeLink.all).toHaveLength(1);
    one.leave("g");
    expect(FakeLink.last.asked).toEqual(["join g"]);
    two.close();
    expect(FakeLink.last.asked).toEqual(["join g", "leave g"]);
  });
});

test("the raw WebSocket only receives: the error says so", async () => {
  const { bridge } = connect();
  const joined = bridge.join("g");
  FakeSocket.last.open();
  await expect(joined).rejects.toBeInstanceOf(GroupError);
  await expect(joined).rejects.toMatchObject({ reason: "unsupported" });
  expect(bridge.state.name).toBe("open");
});
