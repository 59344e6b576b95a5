import type { Clock } from "./clock.js";

/** What this package needs of a WebSocket: the browser's own, Node's, and the one of the package `ws` all have it. */
export interface Socket {
  // Each implementation has event types of its own.
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export type SocketConstructor = new (url: string) => Socket;

/** What one attempt to connect has to work with. Either `uid` or `token` is there. */
export interface Attempt {
  readonly url: URL;
  readonly uid?: string;
  readonly token?: string;
  readonly WebSocket: SocketConstructor | undefined;
  /** Milliseconds; 0 means none. */
  readonly heartbeat: number;
  readonly clock: Clock;
}

/**
 * What a transport reports. `closed` comes at most once, with or without `opened` before it, and nothing after it. The link is
 * then closed by its owner, as it is when it has not reported anything. A message may come before `opened`.
 */
export interface LinkEvents {
  /** The server is there; whether it lets this client in is being decided, for which there is as much time again. */
  reached(): void;
  /**
   * The server knows who listens.
   *
   * @param transport - The name of the transport that has opened.
   */
  opened(transport: string): void;
  /**
   * @param value - The parsed payload.
   * @param text - The payload as JSON.
   */
  message(value: unknown, text: string): void;
  closed(code: number, reason: string, error?: unknown): void;
}

/** One connection, from the attempt on. A method that is not there is one that this transport cannot offer. */
export interface Link {
  /** Ends it for good: after this, nothing is reported any more. */
  close(): void;
  /** Something suggests that the network has changed: find out soon whether the connection still lives. */
  check(): void;
  /**
   * Goes on under another token, without an end and a new beginning. Rejects when it goes on under the old one. A token that
   * the server refuses closes the link.
   */
  readonly renew?: ((token: string) => Promise<void>) | undefined;
  /** Rejects with a GroupError when the server refuses, and with anything else when the answer is not known. */
  readonly join?: ((group: string) => Promise<void>) | undefined;
  readonly leave?: ((group: string) => Promise<void>) | undefined;
}

/** A way to reach the server. Stateless between connections. */
export interface Transport {
  /** Begins to connect. What it throws counts as an attempt that failed. */
  open(attempt: Attempt, events: LinkEvents): Link;
}
