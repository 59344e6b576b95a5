// One socket for several tabs: who has it, who hears of it, and who takes over. Locks and channels are those of the browser, or a
// likeness of them in Node.js.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SharedPushBridge, type SharedOptions } from "../../src/shared.js";
import type { State } from "../../src/index.js";
import { FakeSocket, jwt, names, page, useFakes } from "./fakes.js";

useFakes();

/** Locks of one browser, whose holders and waiters are tabs of the test. */
class FakeLocks {
  #held = new Map<string, { reject: (error: Error) => void }>();
  #queues = new Map<string, (() => void)[]>();

  request(name: string, options: LockOptions, callback: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(Object.assign(new Error("gone"), { name: "AbortError" }));
      const grant = () => {
        if (options.signal?.aborted) {
          this.#next(name);
          return;
        }
        const holder = { reject: abort };
        this.#held.set(name, holder);
        void Promise.resolve(callback()).then((value) => {
          resolve(value);
          if (this.#held.get(name) === holder) {
            this.#held.delete(name);
            this.#next(name);
          }
        });
      };
      options.signal?.addEventListener("abort", abort);
      if (options.steal) {
        const robbed = this.#held.get(name);
        grant();
        robbed?.reject(new Error());
      } else if (this.#held.has(name)) {
        this.#queues.set(name, [...(this.#queues.get(name) ?? []), grant]);
      } else {
        queueMicrotask(() => (this.#held.has(name) ? this.#queues.set(name, [...(this.#queues.get(name) ?? []), grant]) : grant()));
      }
    });
  }

  #next(name: string): void {
    this.#queues.get(name)?.shift()?.();
  }
}

/** Channels of one browser; those of a tab that sleeps keep their letters. */
class FakeChannel {
  static all = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  asleep = false;

  constructor(readonly name: string) {
    FakeChannel.all.add(this);
  }

  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) {
      if (other !== this && other.name === this.name && !other.asleep) {
        const copy = structuredClone(data);
        queueMicrotask(() => FakeChannel.all.has(other) && other.onmessage?.({ data: copy }));
      }
    }
  }

  close(): void {
    FakeChannel.all.delete(this);
  }
}

const tabs: SharedPushBridge<any>[] = [];
beforeEach(() => {
  FakeChannel.all.clear();
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  Object.defineProperty(navigator, "locks", { configurable: true, value: new FakeLocks() });
});
afterEach(() => {
  for (const tab of tabs.splice(0)) {
    tab.close();
  }
  Reflect.deleteProperty(navigator, "locks");
});

const settled = () => vi.advanceTimersByTimeAsync(0);

function open(options: Partial<SharedOptions> = {}) {
  const settings = { WebSocket: FakeSocket, random: () => 0.5, heartbeat: 0, ...options };
  const tab = new SharedPushBridge("ws://push.example/", { uid: "u", ...settings } as SharedOptions);
  tabs.push(tab);
  const states: State[] = [];
  const messages: unknown[] = [];
  tab.on("state", (state) => states.push(state));
  tab.on("message", (payload, text) => messages.push([payload, text]));
  return { tab, states, messages, channel: [...FakeChannel.all].at(-1)! };
}

async function openThree() {
  const three = [open(), open(), open()] as const;
  await settled();
  FakeSocket.last.open();
  await settled();
  return three;
}

test("tabs have one socket, and each hears everything", async () => {
  const three = await openThree();
  expect(FakeSocket.all).toHaveLength(1);
  FakeSocket.last.receive('{"n": 1}');
  await settled();
  for (const { tab, states, messages } of three) {
    expect(messages).toEqual([[{ n: 1 }, '{"n": 1}']]);
    expect(states.at(-1)).toEqual({ name: "open", transport: "raw" });
    expect(names(states).filter((name) => name === "open")).toHaveLength(1);
    expect(tab.state).toEqual({ name: "open", transport: "raw" });
  }
});

test("a tab that comes later is told how things are, and the others are not told again", async () => {
  const [first] = await openThree();
  const late = open();
  await settled();
  expect(names(late.states)).toEqual(["open"]);
  expect(names(first.states).filter((name) => name === "open")).toHaveLength(1);
  expect(FakeSocket.all).toHaveLength(1);
});

test("all tabs wait for the next attempt together, with its error", async () => {
  const tab = open({ token: () => Promise.reject(new Error("signed out")), uid: undefined, name: "n" } as never);
  const other = open({ token: () => Promise.reject(new Error("unused")), uid: undefined, name: "n" } as never);
  await settled();
  expect(tab.tab.state).toMatchObject({ name: "waiting", attempt: 2, reason: "no token" });
  expect(other.tab.state).toMatchObject({ name: "waiting", attempt: 2, reason: "no token", error: "Error: signed out" });
});

test("when the tab with the socket is closed the next one connects", async () => {
  const [first, second, third] = await openThree();
  first.tab.close();
  expect(FakeSocket.all[0]!.closedWith).toEqual([1000]);
  await settled();
  expect(FakeSocket.all).toHaveLength(2);
  expect(third.tab.state).toEqual({ name: "connecting", attempt: 1 });
  FakeSocket.last.open().receive("1");
  await settled();
  expect(first.messages).toEqual([]);
  expect(second.messages).toEqual([[1, "1"]]);
  expect(third.messages).toEqual([[1, "1"]]);
  expect(names(third.states).slice(-2)).toEqual(["connecting", "open"]);
  second.tab.close();
  third.tab.close();
  await settled();
  expect(FakeSocket.all.map(({ closedWith }) => closedWith)).toEqual([[1000], [1000]]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a tab without the socket leaves it alone", async () => {
  const [first, second] = await openThree();
  second.tab.close();
  FakeSocket.last.receive("1");
  await settled();
  expect(FakeSocket.last.closedWith).toEqual([]);
  expect(first.messages).toHaveLength(1);
  expect(second.messages).toEqual([]);
  expect(second.tab.state).toMatchObject({ name: "closed", final: false });
});

test("when the server forbids to come back nobody does", async () => {
  const three = await openThree();
  FakeSocket.last.end(4411, "signed out");
  await vi.advanceTimersByTimeAsync(60_000);
  for (const { tab } of three) {
    expect(tab.state).toEqual({ name: "closed", code: 4411, reason: "signed out", final: true });
  }
  expect(FakeSocket.all).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("one made after that begins anew, when all have heard of the end", async () => {
  await openThree();
  FakeSocket.last.end(4411);
  await settled();
  open();
  await settled();
  expect(FakeSocket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSocket.all).toHaveLength(2);
});

describe("a tab that was put to sleep with the socket", () => {
  test("loses it to one that notices", async () => {
    const [first, second, third] = await openThree();
    first.channel.asleep = true;
    await vi.advanceTimersByTimeAsync(21_000);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.open().receive("1");
    await settled();
    expect(second.messages).toEqual([[1, "1"]]);
    expect(third.messages).toEqual([[1, "1"]]);

    first.channel.asleep = false;
    // What it told before it knew is heard by nobody.
    first.channel.postMessage({ term: 1, message: { text: '"late"' } });
    FakeSocket.all[0]!.receive("2");
    await settled();
    expect(second.messages).toHaveLength(1);
    expect(first.messages).toEqual([]);
    FakeSocket.last.receive("3");
    await settled();
    expect(first.messages).toEqual([[3, "3"]]);
    expect(third.messages).toEqual([[1, "1"], [3, "3"]]);
    expect(FakeSocket.all[0]!.closedWith).toEqual([1000]);
  });

  test("loses it soon when a page is brought to the front", async () => {
    const [first] = await openThree();
    await vi.advanceTimersByTimeAsync(4_000);
    first.channel.asleep = true;
    page.show();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("keeps it when it answers", async () => {
    await openThree();
    await vi.advanceTimersByTimeAsync(600_000);
    page.show();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(FakeSocket.all.filter(({ closedWith }) => closedWith.length === 0)).toHaveLength(1);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

test.each<[string, Partial<SharedOptions>, Partial<SharedOptions>]>([
  ["uids", { uid: "a" }, { uid: "b" }],
  ["names", { uid: undefined, token: () => "t", name: "a" } as never, { uid: undefined, token: () => "t", name: "b" } as never],
])("other %s have other sockets", async (_, one, other) => {
  open(one);
  open(other);
  await settled();
  expect(FakeSocket.all).toHaveLength(2);
});

test("a token without a name is refused: whose it is would be anybody's guess", () => {
  expect(() => new SharedPushBridge("ws://push.example", { token: () => jwt("u", 60) } as never)).toThrow(TypeError);
  expect(() => new SharedPushBridge("ws://push.example", {} as never)).toThrow(TypeError);
});

test("where there are no locks each has a socket of its own", async () => {
  Object.defineProperty(navigator, "locks", { configurable: true, value: undefined });
  const [one, two] = [open(), open()];
  await settled();
  expect(FakeSocket.all).toHaveLength(2);
  FakeSocket.all[0]!.open().receive("1");
  expect(one.messages).toHaveLength(1);
  expect(two.messages).toEqual([]);
});

test("where locks are forbidden, too", async () => {
  const locks = { request: () => Promise.reject(Object.assign(new Error(), { name: "SecurityError" })) };
  Object.defineProperty(navigator, "locks", { configurable: true, value: locks });
  open();
  await settled();
  expect(FakeSocket.all).toHaveLength(1);
});

test("a loop gets the messages, too", async () => {
  const [, second] = await openThree();
  const iterator = second.tab[Symbol.asyncIterator]();
  FakeSocket.last.receive("1").receive("2");
  expect((await iterator.next()).value).toBe(1);
  expect((await iterator.next()).value).toBe(2);
  second.tab.close();
  expect((await iterator.next()).done).toBe(true);
});
