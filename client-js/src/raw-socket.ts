import { brokenOff } from "./close-codes.js";
import type { Attempt, Socket, SocketConstructor } from "./transport.js";

export interface RawSocketEvents {
  opened(): void;
  message(text: string): void;
  closed(code: number, reason: string): void;
}

/** Asks whether the server is there. Servers that do not know it ignore it, as they ignore every frame after the first. */
const question = "heartbeat";

/** No payload is empty. */
const answer = "";

/** One WebSocket that has said who listens, and its heartbeat. */
export class RawSocket {
  /** May be exchanged by whoever takes the socket over. */
  events: RawSocketEvents;
  readonly #attempt: Attempt;
  readonly #socket: Socket;
  /** What to do with the answers that are still to come, in their order. */
  readonly #questions: ((() => void) | undefined)[] = [];
  #timer: unknown;
  #answers = false;
  #heard = false;
  #asked = false;

  /** @param first - The first frame: the uid or the token. */
  constructor(attempt: Attempt, first: string, events: RawSocketEvents) {
    this.#attempt = attempt;
    this.events = events;
    const url = new URL(attempt.url);
    url.protocol = url.protocol.replace("http", "ws");
    url.hash = "";
    const WebSocket = attempt.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
    if (!WebSocket) {
      throw new TypeError("There is no WebSocket here: give one by the option of that name.");
    }
    const socket = (this.#socket = new WebSocket(url.href));
    socket.onopen = () => this.#opened(first);
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
      this.#doubt(this.#attempt.heartbeat / 3);
    }
  }

  /** Calls back when everything has come that the server had for this socket when it got the question. */
  fence(passed: () => void): void {
    this.#ask(passed);
  }

  #opened(first: string): void {
    this.#socket.send(first);
    if (this.#attempt.heartbeat > 0) {
      // A server that answers this one is trusted to answer the next.
      this.#ask(() => {
        this.#answers = true;
        this.#tickIn(this.#attempt.heartbeat);
      });
    }
    this.events.opened();
  }

  #received(payload: unknown): void {
    this.#heard = true;
    if (payload === answer) {
      this.#questions.shift()?.();
    } else if (typeof payload === "string") {
      this.events.message(payload);
    }
  }

  #closed(code: number, reason: string): void {
    this.#attempt.clock.clearTimeout(this.#timer);
    this.events.closed(code, reason);
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

  #ask(answered?: () => void): void {
    this.#questions.push(answered);
    this.#socket.send(question);
  }

  #tickIn(milliseconds: number): void {
    const { clock } = this.#attempt;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#tick(), milliseconds);
  }
}
