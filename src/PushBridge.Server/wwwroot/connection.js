// Who listens, by the client package that this server has at pushbridge.js, and what to say about each of its states.

import { meaningOf } from './close-codes.js';
import { subjectOf } from './token.js';

const nobody = 'Nobody answered, or the server refused this page before the handshake. Browsers do not tell which.';
const wantsToken =
  'This server wants a token instead of a uid: your application signs a JSON Web Token whose “sub” is the uid, with a key that the ' +
  'server knows. To listen here, paste one that has not expired into the field.';
const applicationRefused = 'This server asks your application who a client is, and that does not know this one.';

export class Connection {
  #url;
  #onState;
  #onMessage;
  #push;
  #opened = false;

  /** The text being listened as or tried, a uid or a token; null when at rest. */
  words = null;

  /** Whether only your application knows the uid that the words stand for. */
  asksApplication = false;

  constructor(url, onState, onMessage) {
    this.#url = url;
    this.#onState = onState;
    this.#onMessage = onMessage;
  }

  /** The uid being listened as or tried; null when at rest. */
  get uid() {
    return this.words === null ? null : (subjectOf(this.words) ?? this.words);
  }

  open(words) {
    this.#drop();
    this.words = words;
    const push = new PushBridge(this.#url, subjectOf(words) === null ? { uid: words } : { token: () => words });
    this.#push = push;
    this.#opened = false;
    push.on('message', (_, text) => this.#onMessage(text));
    push.on('state', (state) => this.#push === push && this.#show(state));
    this.#show(push.state);
  }

  close() {
    this.#drop();
    this.#onState({ name: 'idle', title: 'Disconnected', detail: 'You closed the connection.' });
  }

  #show(state) {
    switch (state.name) {
      case 'connecting':
        this.#opened = false;
        this.#onState({ name: 'connecting', title: 'Connecting…', detail: '' });
        break;
      case 'open':
        this.#opened = true;
        this.#onState({ name: 'connected', title: this.asksApplication ? 'Connected' : `Connected as ${this.uid}`, detail: '' });
        break;
      case 'waiting':
        if (state.code === 4401 || state.code === 4410) {
          // There is no other token to try.
          this.#refused(state);
          break;
        }
        this.#showWait(state);
        break;
      default:
        this.#refused(state);
    }
  }

  #showWait(state) {
    // Only the server itself gives a code to a connection that never opened.
    const told = this.#opened || state.code !== 1006;
    this.#onState({
      name: 'waiting',
      title: told ? `Closed with code ${state.code}` : 'Could not connect',
      detail: told ? meaningOf(state.code) : nobody,
      retryAt: state.offline ? Infinity : performance.now() + state.delay,
    });
  }

  #refused({ code }) {
    this.#drop();
    this.#onState({
      name: 'refused',
      title: `Closed with code ${code}`,
      detail: code === 4401 || code === 4410 ? `${meaningOf(code)} ${this.asksApplication ? applicationRefused : wantsToken}` : meaningOf(code),
    });
  }

  #drop() {
    const push = this.#push;
    this.#push = undefined;
    this.words = null;
    push?.close();
  }
}
