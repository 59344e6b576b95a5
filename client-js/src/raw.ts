import { brokenOff } from "./close-codes.js";
import { report } from "./handlers.js";
import type { Attempt, Link, LinkEvents, Socket, SocketConstructor, Transport } from "./transport.js";

/** Asks whether the server is there and knows who listens. */
const question = "heartbeat";

/** To {@link question} and to a renewal that holds. No payload is empty. */
const answer = "";

/** A server that has not answered a renewal for that long could not decide it. */
const renewalTimeout = 5_000;

/** The raw WebSocket of PROTOCOL.md section 2: the first frame says who listens, every frame that comes is a payload. */
export const raw: Transport = {
  open: (attempt, events) => new RawLink(attempt, events),
};

class RawLink implements Link {
  readonly #attempt: Attempt;
  readonly #events: LinkEvents;
  readonly #socket: Socket;
  #open = false;
  /** Questions whose answers are still to come. */
  #questions = 0;
  #heard = false;
  #asked = false;
  #timer: unknown;
  /** Settles the renewal under way; nothing once it is settled. */
  #renewed: (() => void) | undefined;
  #renewal: unknown;

  constructor(attempt: Attempt, events: LinkEvents) {
    this.#attempt = attempt;
    this.#events = events;
    const url = new URL(attempt.url);
    url.protocol = url.protocol.replace("http", "ws");
    url.hash = "";
    const WebSocket = attempt.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
    if (!WebSocket) {
      throw new TypeError("There is no WebSocket here: give one by the option of that name.");
    }
    const socket = (this.#socket = new WebSocket(url.href));
    socket.onopen = () => this.#reached();
    socket.onmessage = (event: { data: unknown }) => this.#received(event.data);
    socket.onclose = (event: { code: number; reason: string }) => this.#closed(event.code, event.reason);
    // Whatever failed, a close follows and says as much as there is to say.
    socket.onerror = () => {};
  }

  close(): void {
    this.#stopTimers();
    const socket = this.#socket;
    // onerror stays: the package ws reports an error when a socket is closed before it has opened, and wants it heard.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  check(): void {
    if (this.#open && this.#attempt.heartbeat > 0) {
      this.#doubt(this.#attempt.heartbeat / 3);
    }
  }

  renew(token: string): Promise<void> {
    const { clock } = this.#attempt;
    return new Promise((resolve, reject) => {
      this.#renewed = resolve;
      this.#renewal = clock.setTimeout(
        () => reject(new Error("The server cannot check the token now.")),
        renewalTimeout,
      );
      this.#socket.send(`renew ${token}`);
    });
  }

  #reached(): void {
    this.#socket.send(this.#attempt.token ?? this.#attempt.uid ?? "");
    // The answer comes as soon as the server knows who listens.
    this.#ask();
    this.#events.reached();
  }

  #received(payload: unknown): void {
    this.#heard = true;
    if (payload === answer) {
      this.#answered();
    } else if (typeof payload === "string") {
      this.#deliver(payload);
    }
  }

  /**
   * Each question is answered, but a renewal need not be, and what is decided elsewhere may be answered after later questions.
   * Hence not the order tells the two apart but the number: one more answer than there were questions is the renewal's. Should it
   * come too late and be taken for that of the next renewal, then the token before that one holds, and only ends a little earlier.
   */
  #answered(): void {
    if (this.#questions === 0) {
      this.#attempt.clock.clearTimeout(this.#renewal);
      this.#renewed?.();
      return;
    }
    this.#questions--;
    if (!this.#open) {
      this.#open = true;
      if (this.#attempt.heartbeat > 0) {
        this.#tickIn(this.#attempt.heartbeat);
      }
      this.#events.opened("raw");
    }
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

  #closed(code: number, reason: string): void {
    this.#stopTimers();
    this.#events.closed(code, reason);
  }

  /** A step after the last sign of life it starts to doubt, a step later it asks, another step later it knows. */
  #tick(): void {
    if (this.#heard) {
      this.#heard = this.#asked = false;
      this.#tickIn(this.#attempt.heartbeat);
    } else if (this.#asked) {
      this.#closed(brokenOff, "the server does not answer");
    } else {
      this.#doubt(this.#attempt.heartbeat);
    }
  }

  #doubt(patience: number): void {
    this.#heard = false;
    this.#asked = true;
    this.#ask();
    this.#tickIn(patience);
  }

  #ask(): void {
    this.#questions++;
    this.#socket.send(question);
  }

  #tickIn(milliseconds: number): void {
    const { clock } = this.#attempt;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#tick(), milliseconds);
  }

  #stopTimers(): void {
    const { clock } = this.#attempt;
    clock.clearTimeout(this.#timer);
    clock.clearTimeout(this.#renewal);
  }
}
