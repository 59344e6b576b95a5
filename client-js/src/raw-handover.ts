import { brokenOff } from "./close-codes.js";
import { RawSocket } from "./raw-socket.js";
import type { Attempt } from "./transport.js";

/** The new socket has this long to be accepted, and the old one to bring what it still has. */
const patience = 10_000;

/** The server hands one message to its connections one after the other; after a second it is through. */
const straggling = 1_000;

export interface HandoverEvents {
  message(text: string): void;
  /** The new socket is the connection now; the old one is closed. */
  done(next: RawSocket): void;
  /** The new socket has ended, and the old one goes on. */
  failed(code: number, reason: string): void;
  /** The old socket has ended before the new one was accepted, which is closed. */
  lost(code: number, reason: string): void;
}

/**
 * From one socket to the next, without a gap: for a moment the server has both, and what it sends in that moment comes over both.
 * What the old one has brought is delivered, and what the new one brings is compared with that, text by text, so that it is not
 * delivered again.
 */
export class Handover {
  readonly #attempt: Attempt;
  readonly #old: RawSocket;
  readonly #next: RawSocket;
  readonly #events: HandoverEvents;
  #timer: unknown;
  /** What came over the old socket since the new one has said who listens, and how often. */
  readonly #brought = new Map<string, number>();
  /** What came over the new one while the old one still brings something. */
  readonly #kept: string[] = [];
  #accepted = false;
  #ended = false;

  constructor(attempt: Attempt, old: RawSocket, token: string, events: HandoverEvents) {
    this.#attempt = attempt;
    this.#old = old;
    this.#events = events;
    this.#next = new RawSocket(attempt, token, {
      opened: () => this.#opened(),
      message: (text) => void this.#kept.push(text),
      closed: (code, reason) => this.#failed(code, reason),
    });
    this.#timer = attempt.clock.setTimeout(() => this.#failed(brokenOff, "no answer in time"), patience);
    old.events = {
      opened: () => {},
      message: (text) => this.#fromOld(text),
      closed: (code, reason) => this.#oldEnded(code, reason),
    };
  }

  /** Gives up what has not come to its end; a socket that was handed over belongs to its new owner. */
  close(): void {
    this.#attempt.clock.clearTimeout(this.#timer);
    if (!this.#ended) {
      this.#ended = true;
      this.#next.close();
    }
  }

  #opened(): void {
    this.#brought.clear();
    // The answer comes once the server knows who listens.
    this.#next.fence(() => {
      this.#accepted = true;
      this.#old.fence(() => this.#done());
    });
  }

  #fromOld(text: string): void {
    this.#brought.set(text, (this.#brought.get(text) ?? 0) + 1);
    this.#events.message(text);
  }

  #fromNext(text: string): void {
    const times = this.#brought.get(text) ?? 0;
    if (times > 0) {
      this.#brought.set(text, times - 1);
    } else {
      this.#events.message(text);
    }
  }

  #done(): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#attempt.clock.clearTimeout(this.#timer);
    this.#old.close();
    this.#next.events.message = (text) => this.#fromNext(text);
    this.#events.done(this.#next);
    for (const text of this.#kept.splice(0)) {
      this.#fromNext(text);
    }
    this.#next.fence(() => {
      this.#timer = this.#attempt.clock.setTimeout(() => this.#brought.clear(), straggling);
    });
  }

  #oldEnded(code: number, reason: string): void {
    if (this.#accepted) {
      this.#done();
    } else {
      this.close();
      this.#events.lost(code, reason);
    }
  }

  #failed(code: number, reason: string): void {
    this.close();
    this.#events.failed(code, reason);
  }
}
