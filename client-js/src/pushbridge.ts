import { backoff } from "./backoff.js";
import { systemClock, type Clock } from "./clock.js";
import { badToken, brokenOff, closeCodes } from "./close-codes.js";
import { Handlers } from "./handlers.js";
import { messagesOf } from "./iterator.js";
import type { Events, Options, State } from "./options.js";
import { raw } from "./raw.js";
import { isOffline, watch } from "./surroundings.js";
import type { Link } from "./transport.js";

/** A connection open for that long was a good one: the delays begin anew after it. */
const stableAfter = 5_000;

/**
 * A connection to a PushBridge server that comes back by itself until it is closed or the server forbids it. It starts to connect
 * when it is created. Messages that are pushed while it is not open are not delivered later.
 *
 * @typeParam T - What the backends send. Nothing checks it.
 */
export class PushBridge<T = unknown> implements AsyncIterable<T> {
  readonly #url: URL;
  readonly #options: Options;
  readonly #clock: Clock;
  readonly #messages = new Handlers<[payload: T, text: string]>();
  readonly #states = new Handlers<[state: State]>();
  readonly #unwatch: () => void;
  #state!: State;
  /** Stands for the attempt or connection under way: what others report no longer counts. */
  #current: object | undefined;
  #link: Link | undefined;
  #timer: unknown;
  #failures = 0;
  #openedAt: number | undefined;

  /**
   * @param url - Where clients connect: `ws:`, `wss:`, `http:`, `https:`, or relative to the page.
   * @throws TypeError when the URL is none or when there is neither uid nor token.
   */
  constructor(url: string | URL, options: Options) {
    this.#url = new URL(url, globalThis.location?.href);
    if (options?.uid === undefined && !options?.token) {
      throw new TypeError("PushBridge needs a uid or a token.");
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#unwatch = watch(() => this.#wake());
    this.#connect();
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

  /** Ends the connection and all attempts. Nothing is delivered after this; a new connection is a new object. */
  close(): void {
    if (this.#state.name !== "closed") {
      this.#finish(1000, "closed by the client", false);
    }
  }

  /**
   * The payloads from this call on, until the connection is closed. A loop that falls behind by more than the option `buffer`
   * gets a RangeError: it has missed something. Leaving the loop does not close the connection.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return messagesOf(this, this.#options.buffer ?? 1_000);
  }

  #connect(): void {
    const attempt = (this.#current = {});
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(
      () => this.#ended(attempt, brokenOff, "no answer in time"),
      this.#options.connectTimeout ?? 15_000,
    );
    this.#enter({ name: "connecting", attempt: this.#failures + 1 });
    void this.#open(attempt);
  }

  async #open(attempt: object): Promise<void> {
    const { uid, token, transport = raw, WebSocket, heartbeat = 14_000 } = this.#options;
    let reason = "no token";
    try {
      const credentials = token ? { token: await token() } : { uid: String(uid) };
      if (this.#current !== attempt) {
        return;
      }
      reason = "could not connect";
      const link = transport.open(
        { ...credentials, url: this.#url, WebSocket, heartbeat, clock: this.#clock },
        {
          opened: (name) => this.#current === attempt && this.#opened(name),
          message: (value, text) => this.#current === attempt && this.#messages.call(value as T, text),
          closed: (code, why, error) => this.#ended(attempt, code, why, error),
        },
      );
      if (this.#current === attempt) {
        this.#link = link;
      } else {
        link.close();
      }
    } catch (error) {
      this.#ended(attempt, brokenOff, reason, error);
    }
  }

  #opened(transport: string): void {
    this.#clock.clearTimeout(this.#timer);
    this.#openedAt = this.#clock.now();
    this.#enter({ name: "open", transport });
  }

  #ended(attempt: object, code: number, text: string, error?: unknown): void {
    if (this.#current !== attempt) {
      return;
    }
    const wasStable = this.#openedAt !== undefined && this.#clock.now() - this.#openedAt >= stableAfter;
    this.#drop();
    const known = closeCodes[code];
    const reason = text || (known?.text ?? "");
    // A token that was good for a while may just have become old; one that was refused as it came would be refused again.
    if (known?.final && !(code === badToken && wasStable)) {
      this.#finish(code, reason, true);
      return;
    }
    if (wasStable) {
      this.#failures = 0;
    }
    const delay = backoff(this.#failures++, this.#options.random ?? Math.random);
    this.#wait(delay, { code, reason, ...(error === undefined ? {} : { error }) });
  }

  #wait(delay: number, why: { code: number; reason: string; error?: unknown }): void {
    const offline = isOffline(this.#url);
    if (!offline) {
      this.#timer = this.#clock.setTimeout(() => this.#retry(why), delay);
    }
    this.#enter({ name: "waiting", attempt: this.#failures + 1, delay: offline ? 0 : delay, offline, ...why });
  }

  #retry(why: { code: number; reason: string; error?: unknown }): void {
    if (isOffline(this.#url)) {
      this.#wait(0, why);
    } else {
      this.#connect();
    }
  }

  #wake(): void {
    if (this.#state.name === "waiting" && !isOffline(this.#url)) {
      this.#connect();
    } else {
      this.#link?.check();
    }
  }

  #finish(code: number, reason: string, final: boolean): void {
    this.#drop();
    this.#unwatch();
    this.#enter({ name: "closed", code, reason, final });
  }

  #drop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#current = this.#openedAt = undefined;
    this.#link?.close();
    this.#link = undefined;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#states.call(state);
  }
}
