import { afterEach, beforeEach, vi } from "vitest";
import { PushBridge, type Options, type Socket, type State } from "../../src/index.js";

/** A WebSocket whose other end is the test. */
export class FakeSocket implements Socket {
  static all: FakeSocket[] = [];

  static get last(): FakeSocket {
    return this.all.at(-1)!;
  }

  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  readonly sent: string[] = [];
  readonly closedWith: (number | undefined)[] = [];

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number): void {
    this.closedWith.push(code);
  }

  /** The handshake is through; whether the server knows who listens is not known yet. */
  reach(): this {
    this.onopen?.({});
    return this;
  }

  /** The handshake, and the server's answer that it knows who listens. */
  open(): this {
    return this.reach().receive("");
  }

  receive(data: unknown): this {
    this.onmessage?.({ data });
    return this;
  }

  end(code: number, reason = ""): this {
    this.onclose?.({ code, reason });
    return this;
  }
}

/** A page's network and visibility as a test wants them. */
export const page = {
  onLine: true,
  visibilityState: "visible",

  online(): void {
    this.onLine = true;
    globalThis.dispatchEvent(new Event("online"));
  },
  offline(): void {
    this.onLine = false;
    globalThis.dispatchEvent(new Event("offline"));
  },
  show(): void {
    this.visibilityState = "visible";
    document.dispatchEvent(new Event("visibilitychange"));
  },
  hide(): void {
    this.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
  },
};

/** Fake time, no sockets yet, and a page that is visible and online: the real one in a browser, a likeness in Node.js. */
export function useFakes(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.all = [];
    page.onLine = true;
    page.visibilityState = "visible";
    if (typeof window === "undefined") {
      const events = new EventTarget();
      for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
        vi.stubGlobal(name, events[name].bind(events));
      }
      vi.stubGlobal("document", Object.defineProperty(new EventTarget(), "visibilityState", visibility));
      vi.stubGlobal("navigator", Object.defineProperty({}, "onLine", network));
    } else {
      Object.defineProperty(document, "visibilityState", visibility);
      Object.defineProperty(navigator, "onLine", network);
    }
  });
  afterEach(() => {
    for (const bridge of bridges.splice(0)) {
      bridge.close();
    }
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}

const visibility = { configurable: true, get: () => page.visibilityState };
const network = { configurable: true, get: () => page.onLine };
const bridges: PushBridge[] = [];

export interface Recorded<T> {
  bridge: PushBridge<T>;
  states: State[];
  messages: T[];
}

/** A connection over fake sockets, which waits half of the longest possible delay, and all that it says. */
export function connect<T = unknown>(options: Partial<Options> = { uid: "u" }): Recorded<T> {
  const identity = options.token || options.uid !== undefined ? {} : { uid: "u" };
  const bridge = new PushBridge<T>("ws://push.example:1234/", {
    WebSocket: FakeSocket,
    random: () => 0.5,
    ...identity,
    ...options,
  } as Options);
  bridges.push(bridge as PushBridge);
  const states: State[] = [];
  const messages: T[] = [];
  bridge.on("state", (state) => states.push(state));
  bridge.on("message", (payload) => messages.push(payload));
  return { bridge, states, messages };
}

export function names(states: readonly State[]): string[] {
  return states.map((state) => state.name);
}

/** A token that says when it ends, in seconds from now. */
export function jwt(name: string, seconds: number, issued: "iat" | "no iat" = "iat"): string {
  const now = Date.now() / 1000;
  const payload = { sub: name, exp: now + seconds, ...(issued === "iat" ? { iat: now } : {}) };
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${part({ alg: "none" })}.${part(payload)}.signature`;
}
