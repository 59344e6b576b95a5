// A browser's WebSocket that comes back: the uid is the first frame, everything after it is a message.

import { isFinal, meaningOf } from './close-codes.js';

const firstDelay = 500;
const longestDelay = 30_000;
const stableAfter = 5_000;

export class Connection {
  #url;
  #onState;
  #onMessage;
  #socket = null;
  #timer = 0;
  #attempt = 0;

  /** The uid being listened as or tried; null when at rest. */
  uid = null;

  constructor(url, onState, onMessage) {
    this.#url = url;
    this.#onState = onState;
    this.#onMessage = onMessage;
  }

  open(uid) {
    this.#drop();
    this.uid = uid;
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    this.#drop();
    this.uid = null;
    this.#onState({ name: 'idle', title: 'Disconnected', detail: 'You closed the connection.' });
  }

  /** Cuts a wait short, as when the network has come back. */
  hurry() {
    if (this.#timer !== 0) {
      this.#connect();
    }
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#onState({ name: 'connecting', title: 'Connecting…', detail: '' });

    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    let openedAt = 0;
    socket.onopen = () => {
      openedAt = performance.now();
      socket.send(this.uid);
      this.#onState({ name: 'connected', title: `Connected as ${this.uid}`, detail: '' });
    };
    socket.onmessage = (event) => this.#onMessage(event.data);
    socket.onclose = (event) => {
      this.#socket = null;
      if (openedAt !== 0 && performance.now() - openedAt > stableAfter) {
        this.#attempt = 0;
      }
      this.#ended(event, openedAt !== 0);
    };
  }

  #ended({ code }, wasOpen) {
    const detail = wasOpen
      ? meaningOf(code)
      : 'Nobody answered, or the server refused this page before the handshake. Browsers do not tell which.';
    if (isFinal(code)) {
      this.uid = null;
      this.#onState({ name: 'refused', title: `Closed with code ${code}`, detail });
      return;
    }

    // Full jitter: browsers that lost the same server must not return in step.
    const ceiling = Math.min(longestDelay, firstDelay * 2 ** this.#attempt++);
    const delay = Math.random() * ceiling;
    this.#timer = setTimeout(() => this.#connect(), delay);
    const title = wasOpen ? `Closed with code ${code}` : 'Could not connect';
    this.#onState({ name: 'waiting', title, detail, retryAt: performance.now() + delay });
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#socket !== null) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close(1000);
      this.#socket = null;
    }
  }
}
