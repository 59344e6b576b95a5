import { badToken } from "./close-codes.js";
import { report } from "./handlers.js";
import { Handover } from "./raw-handover.js";
import { RawSocket, type RawSocketEvents } from "./raw-socket.js";
import type { Attempt, Link, LinkEvents, Transport } from "./transport.js";

/** The raw WebSocket of PROTOCOL.md section 2: the first frame says who listens, every frame that comes is a payload. */
export const raw: Transport = {
  open: (attempt, events) => new RawLink(attempt, events),
};

class RawLink implements Link {
  readonly #attempt: Attempt;
  readonly #events: LinkEvents;
  #socket: RawSocket;
  #handover: Handover | undefined;

  constructor(attempt: Attempt, events: LinkEvents) {
    this.#attempt = attempt;
    this.#events = events;
    this.#socket = new RawSocket(attempt, attempt.token ?? attempt.uid ?? "", this.#listener());
  }

  close(): void {
    this.#handover?.close();
    this.#socket.close();
  }

  check(): void {
    this.#socket.check();
  }

  renew(token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#handover?.close();
      this.#handover = new Handover(this.#attempt, this.#socket, token, {
        message: (text) => this.#deliver(text),
        done: (next) => {
          this.#socket = next;
          next.events.closed = (code, reason) => this.#events.closed(code, reason);
          resolve();
        },
        failed: (code, reason) => {
          this.#socket.events = this.#listener();
          if (code === badToken) {
            this.#events.closed(code, reason);
          }
          reject(new Error(`${code} ${reason}`));
        },
        lost: (code, reason) => {
          this.#events.closed(code, reason);
          reject(new Error(`${code} ${reason}`));
        },
      });
    });
  }

  #listener(): RawSocketEvents {
    return {
      opened: () => this.#events.opened("raw"),
      message: (text) => this.#deliver(text),
      closed: (code, reason) => this.#events.closed(code, reason),
    };
  }

  #deliver(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      // Not from a PushBridge server, which checks what it relays.
      report(error);
      return;
    }
    this.#events.message(value, text);
  }
}
