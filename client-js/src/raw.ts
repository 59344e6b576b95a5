import { brokenOff } from "./close-codes.js";
import { report } from "./handlers.js";
import type { Attempt, Link, LinkEvents, Socket, SocketConstructor, Transport } from "./transport.js";

/** The raw WebSocket of PROTOCOL.md section 2: the first frame says who listens, every frame that comes is a payload. */
export const raw: Transport = {
  open: (attempt, events) => new RawLink(attempt, events),
};

/** Asks whether the server is there. Servers that do not know it ignore it, as they ignore every frame after the first. */
const question = "heartbeat";

/** No payload is empty. */
const answer = "";

class RawLink implements Link {
  readonly #attempt: Attempt;
  readonly #events: LinkEvents;
  readonly #socket: Socket;
  #timer: unknown;
  #answers = false;
  #heard = false;
  #asked = false;

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
    socket.onopen = () => this.#opened();
    socket.onmessage = (event: { data: unknown }) => this.#received(event.data);
    socket.onclose = (event: { code: number; reason: string }) => this.#closed(event.code, event.reason);
    // Whatever failed, a close follows and says as much as there is to say.
    socket.onerror = () => {};
  }

  close(): void {
    this.#attempt.clock.clearTimeout(this.#timer);
    const socket = this.#socket;
    // onerror stays: the package ws reports an error when a socket is closed before it has opened, and wants it heard.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  check(): void {
    if (this.#answers) {
      this.#ask(this.#attempt.heartbeat / 3);
    }
  }

  #opened(): void {
    this.#socket.send(this.#attempt.token ?? this.#attempt.uid ?? "");
    if (this.#attempt.heartbeat > 0) {
      // A server that answers this one is trusted to answer the next.
      this.#socket.send(question);
    }
    this.#events.opened("raw");
  }

  #received(payload: unknown): void {
    this.#heard = true;
    if (payload === answer) {
      if (!this.#answers && this.#attempt.heartbeat > 0) {
        this.#answers = true;
        this.#tickIn(this.#attempt.heartbeat);
      }
    } else if (typeof payload === "string") {
      this.#deliver(payload);
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
    this.#attempt.clock.clearTimeout(this.#timer);
    this.#events.closed(code, reason);
  }

  /** A step after the last sign of life it starts to doubt, a step later it asks, another step later it knows. */
  #tick(): void {
    if (this.#heard) {
      this.#heard = this.#asked = false;
      this.#tickIn(this.#attempt.heartbeat);
    } else if (this.#asked) {
      this.#events.closed(brokenOff, "the server does not answer");
    } else {
      this.#ask(this.#attempt.heartbeat);
    }
  }

  #ask(patience: number): void {
    this.#heard = false;
    this.#asked = true;
    this.#socket.send(question);
    this.#tickIn(patience);
  }

  #tickIn(milliseconds: number): void {
    const { clock } = this.#attempt;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#tick(), milliseconds);
  }
}
