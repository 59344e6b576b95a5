import { Connection } from "./connection.js";
import { GroupError } from "./errors.js";
import { Handlers } from "./handlers.js";
import { messagesOf } from "./iterator.js";
import type { Events, Options, State } from "./options.js";

/**
 * A connection to a PushBridge server that comes back by itself until it is closed or the server forbids it. It starts to connect
 * when it is created. Messages that are pushed while it is not open are not delivered later.
 *
 * Objects with the same URL and options have one socket between them; each has handlers, a state and an end of its own.
 *
 * @typeParam T - What the backends send. Nothing checks it.
 */
export class PushBridge<T = unknown> implements AsyncIterable<T> {
  readonly #buffer: number;
  readonly #connection: Connection;
  readonly #messages = new Handlers<[payload: T, text: string]>();
  readonly #states = new Handlers<[state: State]>();
  readonly #groups = new Map<string, Promise<void>>();
  readonly #stop: (() => void)[];
  #state: State;

  /**
   * @param url - Where clients connect: `ws:`, `wss:`, `http:`, `https:`, or relative to the page.
   * @throws TypeError when the URL is none or when there is neither uid nor token.
   */
  constructor(url: string | URL, options: Options) {
    const absolute = new URL(url, globalThis.location?.href);
    if (options?.uid === undefined && !options?.token) {
      throw new TypeError("PushBridge needs a uid or a token.");
    }
    this.#buffer = options.buffer ?? 1_000;
    const connection = (this.#connection = Connection.for(absolute, options));
    this.#stop = [
      connection.messages.add((value, text) => this.#messages.call(value as T, text)),
      connection.states.add((state) => this.#enter(state)),
    ];
    const present = (this.#state = connection.state);
    if (present.name === "open") {
      // It was open before: handlers that are about to be added hear of it all the same.
      const first = (this.#state = { name: "connecting", attempt: 1 });
      queueMicrotask(() => this.#state === first && this.#enter(present));
    }
  }

  get state(): State {
    return this.#state;
  }

  /** Calls the handler at each event until the returned function is called. */
  on<E extends keyof Events<T>>(event: E, handler: Events<T>[E]): () => void {
    return event === "message"
      ? this.#messages.add(handler as Events<T>["message"])
      : this.#states.add(handler as Events<T>["state"]);
  }

  /**
   * Puts the connection into a group, now and after each reconnect. Resolves when the server has done it; rejects with a GroupError
   * when the server or the transport does not allow it.
   */
  join(group: string): Promise<void> {
    const { groups } = this.#connection;
    const before = this.#groups.get(group);
    // Who joins twice leaves once.
    if (before && groups.has(group)) {
      return before;
    }
    if (this.#state.name === "closed") {
      return Promise.reject(new GroupError("given up", "The connection is closed."));
    }
    const joined: Promise<void> = groups.join(group).catch((error) => {
      if (this.#groups.get(group) === joined) {
        this.#groups.delete(group);
      }
      throw error;
    });
    this.#groups.set(group, joined);
    return joined;
  }

  /** Takes the connection out of a group that it had joined; what is pushed to it from now on does not come. */
  leave(group: string): void {
    if (this.#groups.delete(group)) {
      this.#connection.groups.leave(group);
    }
  }

  /** Ends the connection and all attempts. Nothing is delivered after this; a new connection is a new object. */
  close(): void {
    if (this.#state.name !== "closed") {
      this.#enter({ name: "closed", code: 1000, reason: "closed by the client", final: false });
    }
  }

  /**
   * The payloads from this call on, until the connection is closed. A loop that falls behind by more than the option `buffer`
   * gets a RangeError: it has missed something. Leaving the loop does not close the connection.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return messagesOf(this, this.#buffer);
  }

  #enter(state: State): void {
    this.#state = state;
    if (state.name === "closed") {
      for (const stop of this.#stop) {
        stop();
      }
      for (const group of this.#groups.keys()) {
        this.#connection.groups.leave(group);
      }
      this.#connection.left();
    }
    this.#states.call(state);
  }
}
