import {
  HttpTransportType,
  HubConnectionBuilder,
  HubConnectionState,
  LogLevel,
  type HubConnection,
} from "@microsoft/signalr";
import { badToken, brokenOff } from "./close-codes.js";
import { GroupError } from "./errors.js";
import type { Attempt, Link, LinkEvents, Transport } from "./transport.js";

export interface SignalROptions {
  /** Where the hub is, relative to the URL of the server: `/hub`. */
  readonly hub?: string;
  /** The SignalR transports it may use, as HttpTransportType has them, combined by `|`: all, the best first. */
  readonly transports?: number;
}

const forbidden = 4403;

/** The SignalR hub, by the official client and its fallbacks: WebSockets, server-sent events, long polling. */
export function signalr(options: SignalROptions = {}): Transport {
  return { open: (attempt, events) => new SignalRLink(attempt, events, options) };
}

class SignalRLink implements Link {
  readonly #events: LinkEvents;
  readonly #uid: string | undefined;
  readonly #connection: HubConnection;
  #token: string | undefined;
  #ended = false;

  constructor(attempt: Attempt, events: LinkEvents, options: SignalROptions) {
    this.#events = events;
    this.#uid = attempt.uid;
    this.#token = attempt.token;
    this.#connection = new HubConnectionBuilder()
      .withUrl(hubUrl(attempt, options.hub ?? "/hub"), {
        ...(attempt.token === undefined ? {} : { accessTokenFactory: () => this.#token! }),
        ...(options.transports === undefined ? {} : { transport: options.transports }),
      })
      .configureLogging(LogLevel.None)
      .build();
    this.#connection.on("message", (value: unknown) => {
      if (!this.#ended) {
        events.message(value, JSON.stringify(value));
      }
    });
    this.#connection.onclose((error) => this.#closed(error));
    void this.#start();
  }

  close(): void {
    this.#ended = true;
    // It may still be starting; how that ends no longer matters.
    this.#connection.stop().catch(() => {});
  }

  /** SignalR hears from the server every 15 s and gives up after 30 s of silence by itself. */
  check(): void {}

  async renew(token: string): Promise<void> {
    // The requests of the fallbacks carry it from now on.
    this.#token = token;
    if (!(await this.#connection.invoke<boolean>("Renew", token))) {
      throw new Error("The server cannot check the token now.");
    }
  }

  async join(group: string): Promise<void> {
    const refusal = await this.#ask<string | null>("Join", group);
    if (refusal) {
      throw new GroupError("refused", refusal);
    }
  }

  leave(group: string): Promise<void> {
    return this.#ask("Leave", group);
  }

  async #ask<A>(method: string, group: string): Promise<A> {
    try {
      return await this.#connection.invoke<A>(method, group);
    } catch (error) {
      // An error of the server over a connection that lives on: it does not have the method.
      throw this.#connection.state === HubConnectionState.Connected ? new GroupError("unsupported", String(error)) : error;
    }
  }

  async #start(): Promise<void> {
    try {
      await this.#connection.start();
      if (this.#uid !== undefined) {
        // Not in the query: over server-sent events the client misses a refusal that comes while it is still starting.
        await this.#connection.invoke("Register", this.#uid);
      }
    } catch (error) {
      this.#closed(error);
      return;
    }
    // It may have been closed meanwhile.
    if (!this.#ended) {
      this.#events.opened("signalr");
    }
  }

  #closed(error: unknown): void {
    if (!this.#ended) {
      this.#ended = true;
      const [code, reason] = causeOf(error);
      this.#events.closed(code, reason, error);
    }
  }
}

function hubUrl(attempt: Attempt, hub: string): string {
  const base = new URL(attempt.url);
  base.protocol = base.protocol.replace("ws", "http");
  return new URL(hub, base).href;
}

/** The server's close message begins with the code that a raw client would get; a refusal before that is an HTTP status. */
function causeOf(error: unknown): [code: number, reason: string] {
  const text = error instanceof Error ? error.message : "";
  const [, code, reason = ""] = /on close: (\d{4}) ?(.*)/s.exec(text) ?? [];
  if (code !== undefined) {
    return [Number(code), reason];
  }
  const [, status] = /status code '(\d{3})'/i.exec(text) ?? [];
  return status === "401" ? [badToken, ""] : status === "403" ? [forbidden, ""] : [brokenOff, ""];
}

/** The transports of SignalR that need no WebSocket. */
export const withoutWebSockets: number = HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
