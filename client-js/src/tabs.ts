import type { Clock } from "./clock.js";
import { watch } from "./surroundings.js";

/** A leader that has not said anything for that long after it was asked is one that the browser has put to sleep. */
const patience = 3_000;

/** Between two such questions, while nothing suggests one. */
const interval = 15_000;

/** How long a leader that has ended for good still keeps others from beginning anew: until they have heard of it. */
const lastWords = 1_000;

export interface TabEvents<M> {
  /** This tab leads from now on. */
  lead(): void;
  /** This tab leads no longer: another has taken over while this one was asleep. */
  yield(): void;
  /** What the leader has told. */
  told(message: M): void;
  /** Somebody new wants to know how things are; only the leader is asked. */
  asked(): void;
}

type Letter<M> = { readonly term: number; readonly message: M } | "hello";

/**
 * The tabs and workers of one origin that go by the same name: one of them leads and tells the others. Whoever holds the lock
 * leads; the browser passes it on when a tab goes, however it goes. Where there are no locks (pages that are not served securely,
 * Node.js) each leads itself.
 */
export class Tabs<M> {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #events: TabEvents<M>;
  readonly #channel: BroadcastChannel | undefined;
  readonly #unwatch: () => void;
  #waiting = new AbortController();
  #release: (() => void) | undefined;
  /** Counts the leaders: what an earlier one still says is not heard. */
  #term = 0;
  #heard = false;
  #timer: unknown;
  #closed = false;

  constructor(name: string, clock: Clock, events: TabEvents<M>) {
    this.#name = name;
    this.#clock = clock;
    this.#events = events;
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    if (!locks || typeof BroadcastChannel !== "function") {
      this.#unwatch = () => {};
      queueMicrotask(() => this.#closed || events.lead());
      return;
    }
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#received(data as Letter<M>);
    this.#unwatch = watch(() => this.#doubt());
    void this.#wait(locks, { signal: this.#waiting.signal });
    this.#doubt();
  }

  /** Only the leader tells. */
  tell(message: M): void {
    this.#post({ term: this.#term, message });
  }

  /** @param forGood - The others have been told that they end, too. */
  close(forGood: boolean): void {
    this.#closed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#unwatch();
    this.#waiting.abort();
    if (forGood && this.#release) {
      this.#clock.setTimeout(this.#release, lastWords);
    } else {
      this.#release?.();
    }
    this.#channel?.close();
  }

  async #wait(locks: LockManager, options: LockOptions): Promise<void> {
    let led = false;
    try {
      await locks.request(this.#name, options, () => {
        led = !this.#closed;
        return led && this.#lead();
      });
    } catch (error) {
      if (this.#closed) {
        return;
      }
      if (led) {
        // Somebody has taken the lock from this tab.
        this.#release = undefined;
        this.#events.yield();
        this.#doubt();
        await this.#wait(locks, { signal: this.#waiting.signal });
      } else if ((error as Error).name !== "AbortError") {
        // This page may not have locks.
        void this.#lead();
      }
    }
  }

  #lead(): Promise<void> {
    this.#clock.clearTimeout(this.#timer);
    this.#term = Math.max(Date.now(), this.#term + 1);
    const end = new Promise<void>((resolve) => (this.#release = resolve));
    this.#events.lead();
    return end;
  }

  #received(letter: Letter<M>): void {
    if (letter === "hello") {
      if (this.#release) {
        this.#events.asked();
      }
    } else if (letter.term >= this.#term && !this.#release) {
      this.#term = letter.term;
      this.#heard = true;
      this.#events.told(letter.message);
    }
  }

  /** Asks the leader for a sign of life, now and then, and takes the lead from one that gives none. */
  #doubt(): void {
    if (this.#release) {
      return;
    }
    const askedAt = this.#clock.now();
    this.#heard = false;
    this.#post("hello");
    this.#doubtIn(patience, () => {
      // This tab may have been asleep itself, and the answer may be on its way.
      const slept = this.#clock.now() - askedAt > 2 * patience;
      if (this.#heard) {
        this.#doubtIn(interval, () => this.#doubt());
      } else if (slept) {
        this.#doubt();
      } else {
        this.#waiting.abort();
        this.#waiting = new AbortController();
        void this.#wait(navigator.locks, { steal: true });
      }
    });
  }

  #doubtIn(milliseconds: number, then: () => void): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(then, milliseconds);
  }

  #post(letter: Letter<M>): void {
    this.#channel?.postMessage(letter);
  }
}
