import { backoff } from "./backoff.js";
import { systemClock, type Clock } from "./clock.js";
import { badToken, brokenOff, closeCodes, tokenExpired } from "./close-codes.js";
import { Groups } from "./groups.js";
import { Handlers } from "./handlers.js";
import type { Options, State } from "./options.js";
import { raw } from "./raw.js";
import { isOffline, watch } from "./surroundings.js";
import { renewalOf } from "./token.js";
import type { Link } from "./transport.js";

/** A connection open for that long was a good one: the delays begin anew after it. */
const stableAfter = 5_000;

/** A token may be old, or come from somebody's memory; as many as that in a row are no accident. */
const mostRefusals = 3;

type Why = { code: number; reason: string; error?: unknown };

/** The connections of this page that have not ended. */
const present = new Set<Connection>();

/** The life of a connection: attempts, delays, tokens and states. Used by every object with the same URL and options. */
export class Connection {
  readonly messages: Handlers<[value: unknown, text: string]> = new Handlers();
  readonly states: Handlers<[state: State]> = new Handlers();
  readonly groups: Groups = new Groups();
  readonly #url: URL;
  readonly #options: Options;
  readonly #clock: Clock;
  readonly #unwatch: () => void;
  #users = 0;
  #state: State = { name: "connecting", attempt: 1 };
  /** Stands for the attempt or connection under way: what others report no longer counts. */
  #current: object | undefined;
  #link: Link | undefined;
  #token = "";
  #timer: unknown;
  #renewal: unknown;
  #failures = 0;
  /** Tokens refused since a connection was open. */
  #refusals = 0;
  #openedAt: number | undefined;

  /** The one that the page already has, or a new one. Everybody who asks for it also says {@link left}. */
  static for(url: URL, options: Options): Connection {
    for (const connection of present) {
      if (connection.#url.href === url.href && same(connection.#options, options)) {
        connection.#users++;
        return connection;
      }
    }
    return new Connection(url, options);
  }

  private constructor(url: URL, options: Options) {
    this.#url = url;
    this.#options = { ...options };
    this.#users = 1;
    this.#clock = options.clock ?? systemClock;
    present.add(this);
    this.#unwatch = watch(() => this.#wake());
    this.#connect();
  }

  get state(): State {
    return this.#state;
  }

  left(): void {
    if (--this.#users === 0 && this.#state.name !== "closed") {
      this.#finish({ code: 1000, reason: "closed by the client" }, false);
    }
  }

  #connect(): void {
    const attempt = (this.#current = {});
    this.#limit(attempt);
    this.#enter({ name: "connecting", attempt: this.#failures + 1 });
    void this.#open(attempt);
  }

  #limit(attempt: object): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(
      () => this.#ended(attempt, brokenOff, "no answer in time"),
      this.#options.connectTimeout ?? 15_000,
    );
  }

  async #open(attempt: object): Promise<void> {
    const { uid, token, transport = raw, WebSocket, heartbeat = 14_000 } = this.#options;
    let reason = "no token";
    try {
      const credentials = token ? { token: (this.#token = await token()) } : { uid: String(uid) };
      if (this.#current !== attempt) {
        return;
      }
      reason = "could not connect";
      const link = transport.open(
        { ...credentials, url: this.#url, WebSocket, heartbeat, clock: this.#clock },
        {
          reached: () => this.#current === attempt && this.#limit(attempt),
          opened: (name) => this.#current === attempt && this.#opened(attempt, name),
          message: (value, text) => this.#current === attempt && this.messages.call(value, text),
          closed: (code, why, error) => this.#ended(attempt, code, why, error),
        },
      );
      if (this.#current !== attempt) {
        link.close();
        return;
      }
      this.#link = link;
      if (this.#openedAt !== undefined) {
        this.#settleIn(attempt, link);
      }
    } catch (error) {
      this.#ended(attempt, brokenOff, reason, error);
    }
  }

  #opened(attempt: object, transport: string): void {
    this.#clock.clearTimeout(this.#timer);
    this.#openedAt = this.#clock.now();
    this.#refusals = 0;
    if (this.#link) {
      this.#settleIn(attempt, this.#link);
    }
    this.#enter({ name: "open", transport });
  }

  #settleIn(attempt: object, link: Link): void {
    this.#renewIn(attempt, link.renew && renewalOf(this.#token));
    this.groups.opened(link);
  }

  #renewIn(attempt: object, milliseconds: number | undefined, failures = 0): void {
    if (milliseconds !== undefined) {
      this.#renewal = this.#clock.setTimeout(() => void this.#renew(attempt, failures), milliseconds);
    }
  }

  /** Until it succeeds the connection goes on under the old token, at most until that expires (4410). */
  async #renew(attempt: object, failures: number): Promise<void> {
    try {
      const token = await this.#options.token!();
      if (this.#current !== attempt) {
        return;
      }
      if (token !== this.#token) {
        await this.#link!.renew!(token);
        if (this.#current === attempt) {
          this.#token = token;
          this.#renewIn(attempt, renewalOf(token));
        }
        return;
      }
    } catch {
      // Asked again below, unless the connection has ended.
    }
    if (this.#current === attempt) {
      this.#renewIn(attempt, this.#delay(failures), failures + 1);
    }
  }

  #ended(attempt: object, code: number, text: string, error?: unknown): void {
    if (this.#current !== attempt) {
      return;
    }
    const openedAt = this.#openedAt;
    this.#drop();
    if (openedAt !== undefined && this.#clock.now() - openedAt >= stableAfter) {
      this.#failures = 0;
    }
    const known = closeCodes[code];
    const reason = text || (known?.text ?? "");
    const refused = code === badToken || (code === tokenExpired && openedAt === undefined);
    if (refused && this.#options.token) {
      if (++this.#refusals === mostRefusals) {
        this.#finish({ code, reason, error: new Error(`The server refused ${mostRefusals} tokens in a row.`) }, true);
        return;
      }
    } else if (known?.final) {
      this.#finish({ code, reason }, true);
      return;
    }
    this.#wait(this.#delay(this.#failures++), { code, reason, ...(error === undefined ? {} : { error }) });
  }

  #delay(failures: number): number {
    return backoff(failures, this.#options.random ?? Math.random);
  }

  #wait(delay: number, why: Why): void {
    const offline = isOffline(this.#url);
    if (!offline) {
      this.#timer = this.#clock.setTimeout(() => this.#retry(why), delay);
    }
    this.#enter({ name: "waiting", attempt: this.#failures + 1, delay: offline ? 0 : delay, offline, ...why });
  }

  #retry(why: Why): void {
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

  #finish(why: Why, final: boolean): void {
    present.delete(this);
    this.#drop();
    this.#unwatch();
    this.groups.closed();
    this.#enter({ name: "closed", ...why, final });
  }

  #drop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#clock.clearTimeout(this.#renewal);
    this.#current = this.#openedAt = undefined;
    this.groups.dropped();
    this.#link?.close();
    this.#link = undefined;
  }

  #enter(state: State): void {
    this.#state = state;
    this.states.call(state);
  }
}

/** Whether two objects want the same connection. What each does with its messages is its own affair. */
function same(one: Options, other: Options): boolean {
  const wishes = ({ uid, buffer, ...rest }: Options) => ({ uid: uid === undefined ? uid : String(uid), ...rest });
  const [left, right] = [wishes(one), wishes(other)] as Record<string, unknown>[];
  return [...Object.keys(left!), ...Object.keys(right!)].every((key) => left![key] === right![key]);
}
