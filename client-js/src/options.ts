import type { Clock } from "./clock.js";
import type { SocketConstructor, Transport } from "./transport.js";

/** Who listens: a uid where the server trusts its clients, otherwise a token. */
export type Identity =
  | { readonly uid: string | number; readonly token?: never }
  | {
      /** Asked for a token before each attempt to connect, hence after 4410 (token expired) too. */
      readonly token: () => string | Promise<string>;
      readonly uid?: never;
    };

export interface Settings {
  /** How to reach the server: the raw WebSocket unless told otherwise; `pushbridge/signalr` has more. */
  readonly transport?: Transport;
  /** The WebSocket to use where there is no global one, such as that of the package `ws`. */
  readonly WebSocket?: SocketConstructor;
  /** Milliseconds that an attempt to connect may take, the token included: 15,000. */
  readonly connectTimeout?: number;
  /** The heartbeat's step in milliseconds: 14,000. A dead network is noticed within three of them; 0 switches it off. */
  readonly heartbeat?: number;
  /** Messages that an async iterator keeps for a loop that is busy: 1,000. With one more the loop throws. */
  readonly buffer?: number;
  /** From 0 up to but not including 1, for the delays: `Math.random`. For tests. */
  readonly random?: () => number;
  /** For tests. */
  readonly clock?: Clock;
}

export type Options = Identity & Settings;

/** What a connection is doing, ready for a page to show. */
export type State =
  | { readonly name: "connecting"; readonly attempt: number }
  | { readonly name: "open"; readonly transport: string }
  | {
      readonly name: "waiting";
      /** The number of the attempt that comes next. */
      readonly attempt: number;
      /** Milliseconds until then; when `offline`, it comes when the network is back. */
      readonly delay: number;
      readonly offline: boolean;
      /** Why the last connection or attempt ended. 1006 means that it broke off or never came about. */
      readonly code: number;
      readonly reason: string;
      readonly error?: unknown;
    }
  | {
      readonly name: "closed";
      readonly code: number;
      readonly reason: string;
      /** True when the server forbade to come back; false when the page itself called `close()`. */
      readonly final: boolean;
      /** What there is to say beyond the code: that one token after the other was refused. */
      readonly error?: unknown;
    };

export interface Events<T> {
  /** A message: the parsed payload, and the JSON it was parsed from. */
  message: (payload: T, text: string) => void;
  state: (state: State) => void;
}
