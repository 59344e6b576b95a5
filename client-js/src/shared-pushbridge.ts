import { systemClock } from "./clock.js";
import { Handlers } from "./handlers.js";
import { messagesOf } from "./iterator.js";
import type { Events, Identity, Settings, State } from "./options.js";
import { PushBridge } from "./pushbridge.js";
import { Tabs } from "./tabs.js";

/** Who listens. A token does not say it in a way that tabs could compare, so that its user needs a name here. */
export type SharedIdentity =
  | Extract<Identity, { uid: string | number }>
  | (Extract<Identity, { token: unknown }> & {
      /** Whose tokens these are, such as the id of the account: tabs with the same name share what comes for it. */
      readonly name: string;
    });

export type SharedOptions = SharedIdentity & Settings;

type News = { readonly mark: number; readonly state: State } | { readonly text: string };

/**
 * A PushBridge whose socket all tabs and workers of this origin share that have the same URL and listen for the same uid or name. One of
 * them has the connection and tells the others what comes and how it stands; when it goes, the next one connects.
 */
export class SharedPushBridge<T = unknown> implements AsyncIterable<T> {
  readonly #url: URL;
  readonly #options: SharedOptions;
  readonly #messages = new Handlers<[payload: T, text: string]>();
  readonly #states = new Handlers<[state: State]>();
  readonly #tabs: Tabs<News>;
  #state: State = { name: "connecting", attempt: 1 };
  /** Tells one state from the next: a leader repeats the last one when it is asked. */
  #mark = 0;
  /** The connection, when this tab leads. */
  #connection: PushBridge<T> | undefined;

  /**
   * @param url - Where clients connect: `ws:`, `wss:`, `http:`, `https:`, or relative to the page.
   * @throws TypeError when the URL is none, or when there is neither a uid nor a token with a name.
   */
  constructor(url: string | URL, options: SharedOptions) {
    this.#url = new URL(url, globalThis.location?.href);
    const { uid, name } = options as { uid?: string | number; name?: string };
    if (uid === undefined && !(options.token && name)) {
      throw new TypeError("SharedPushBridge needs a uid, or a token and a name.");
    }
    this.#options = options;
    const who = uid === undefined ? `name ${name}` : `uid ${uid}`;
    this.#tabs = new Tabs<News>(`pushbridge ${this.#url.href} ${who}`, options.clock ?? systemClock, {
      lead: () => this.#lead(),
      yield: () => this.#yield(),
      told: (news) => this.#told(news),
      asked: () => this.#tell(this.#state),
    });
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

  /** Ends this tab's part in it; the others go on. */
  close(): void {
    if (this.#state.name !== "closed") {
      this.#leave(false);
      this.#enter({ name: "closed", code: 1000, reason: "closed by the client", final: false });
    }
  }

  /** As that of PushBridge. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return messagesOf(this, this.#options.buffer ?? 1_000);
  }

  #lead(): void {
    const connection = (this.#connection = new PushBridge<T>(this.#url, this.#options));
    connection.on("message", (payload, text) => {
      if (this.#connection === connection) {
        this.#tabs.tell({ text });
        this.#messages.call(payload, text);
      }
    });
    connection.on("state", (state) => this.#connection === connection && this.#entered(state));
    this.#entered(connection.state);
  }

  #entered(state: State): void {
    this.#mark = Math.random();
    this.#tell(state);
    this.#hear(state);
  }

  #yield(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  #tell(news: State): void {
    const { error, ...state } = news as State & { error?: unknown };
    this.#tabs.tell({
      mark: this.#mark,
      // Not everything that is thrown can be sent.
      state: (error === undefined ? state : { ...state, error: String(error) }) as State,
    });
  }

  #told(news: News): void {
    if ("text" in news) {
      this.#messages.call(JSON.parse(news.text) as T, news.text);
    } else if (news.mark !== this.#mark) {
      this.#mark = news.mark;
      this.#hear(news.state);
    }
  }

  #hear(state: State): void {
    if (state.name === "closed") {
      this.#leave(true);
    }
    this.#enter(state);
  }

  #leave(forGood: boolean): void {
    this.#tabs.close(forGood);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  #enter(state: State): void {
    this.#state = state;
    this.#states.call(state);
  }
}
