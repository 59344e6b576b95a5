import { raw } from "./raw.js";
import { signalr, withoutWebSockets, type SignalROptions } from "./signalr-transport.js";
import type { Attempt, Link, LinkEvents, Transport } from "./transport.js";

/** Some proxies neither pass nor refuse a WebSocket's handshake. */
const rawTimeout = 5_000;

/**
 * The raw WebSocket, and where that does not open, in the same attempt, SignalR without WebSockets. Each attempt begins with the
 * raw WebSocket again, so that a server's restart does not leave anybody on a slower way than before.
 */
export function auto(options: Pick<SignalROptions, "hub"> = {}): Transport {
  const fallback = signalr({ ...options, transports: withoutWebSockets });
  return { open: (attempt, events) => new AutoLink(attempt, events, fallback) };
}

class AutoLink implements Link {
  readonly #attempt: Attempt;
  readonly #timer: unknown;
  #link: Link | undefined;
  /** The raw link reports to nobody any more once this is set. */
  #left = false;

  constructor(attempt: Attempt, events: LinkEvents, fallback: Transport) {
    this.#attempt = attempt;
    let reached = false;
    const fallBack = () => {
      if (!this.#left) {
        this.#leave();
        this.#link = fallback.open(attempt, events);
      }
    };
    this.#timer = attempt.clock.setTimeout(fallBack, rawTimeout);
    try {
      this.#link = raw.open(attempt, {
        ...events,
        reached: () => {
          reached = true;
          attempt.clock.clearTimeout(this.#timer);
          events.reached();
        },
        closed: (code, reason, error) => (reached ? events.closed(code, reason, error) : fallBack()),
      });
    } catch {
      // There is no WebSocket here, or this page may not open one.
      fallBack();
    }
  }

  get renew(): Link["renew"] {
    return this.#link?.renew?.bind(this.#link);
  }

  get join(): Link["join"] {
    return this.#link?.join?.bind(this.#link);
  }

  get leave(): Link["leave"] {
    return this.#link?.leave?.bind(this.#link);
  }

  close(): void {
    this.#leave();
  }

  check(): void {
    this.#link?.check();
  }

  #leave(): void {
    this.#left = true;
    this.#attempt.clock.clearTimeout(this.#timer);
    this.#link?.close();
  }
}
