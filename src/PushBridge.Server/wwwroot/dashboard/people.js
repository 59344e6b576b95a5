// Who is connected: the search, and the connections of the uid that was chosen.

import { ask } from './api.js';
import { $, element, show } from './dom.js';
import { bytes, count, duration, plural } from './format.js';

const pause = 200;
const listEvery = 3_000;
const detailsEvery = 1_000;

export class People {
  #onRefused;
  #onChosen;
  #timer = 0;
  #asked = 0;
  #chosen = null;
  #live = false;
  #connections = 0;
  #sure = false;

  /** @param onChosen is told the uid that was chosen. */
  constructor(onRefused, onChosen) {
    this.#onRefused = onRefused;
    this.#onChosen = onChosen;
    $('search').addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#list(), pause);
    });
    $('search-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#list();
    });
    $('kick-form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#sure) {
        this.#kick();
      }
      this.#askToKick(!this.#sure);
    });
    $('kick').addEventListener('blur', () => this.#askToKick(false));
    setInterval(() => this.#live && !document.hidden && this.#list(), listEvery);
    setInterval(() => this.#live && !document.hidden && this.#describe(), detailsEvery);
  }

  /** Looks again every few seconds while there is a server to ask. */
  set live(live) {
    this.#live = live;
    if (live) {
      this.#list();
    }
  }

  async #list() {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const query = $('search').value;
    const answer = await this.#ask('GET', `api/uids?limit=50&query=${encodeURIComponent(query)}`);
    if (answer?.status === 200 && asked === this.#asked) {
      this.#showList(answer.body, query);
    }
  }

  #showList({ uids, partial }, query) {
    const focused = document.activeElement?.closest('#uids button')?.dataset.uid;
    $('uids').replaceChildren(...uids.map((uid) => this.#row(uid)));
    if (focused !== undefined) {
      [...$('uids').querySelectorAll('button')].find((button) => button.dataset.uid === focused)?.focus();
    }
    const nobody = query === '' ? 'Nobody is connected yet.' : 'No connected uid begins with that.';
    const more = `The first ${count(uids.length)}; there are more. Search to narrow them down.`;
    show($('uids-hint'), uids.length === 0 ? nobody : partial ? more : plural(uids.length, 'uid'));
  }

  #row({ uid, connections }) {
    const button = element('button', 'link', uid);
    button.type = 'button';
    button.dataset.uid = uid;
    button.ariaPressed = uid === this.#chosen;
    button.addEventListener('click', () => this.#choose(uid));
    return element('tr', '', element('td', 'name', button), element('td', 'number', count(connections)));
  }

  async #choose(uid) {
    this.#chosen = uid;
    for (const button of $('uids').querySelectorAll('button')) {
      button.ariaPressed = button.dataset.uid === uid;
    }
    show($('uid-title'), uid);
    $('uid-title').className = 'uid';
    show($('kick-answer'), '');
    $('kick-reason').value = '';
    $('uid-connections').replaceChildren();
    $('uid-chosen').hidden = false;
    $('uid-choose').hidden = true;
    this.#askToKick(false);
    this.#onChosen(uid);
    await this.#describe();
    $('uid-title').focus();
  }

  async #describe() {
    const uid = this.#chosen;
    if (uid === null) {
      return;
    }
    const answer = await this.#ask('GET', `api/uids/${encodeURIComponent(uid)}/connections`);
    if (answer?.status === 200 && uid === this.#chosen) {
      this.#showDetails(answer.body);
    }
  }

  #showDetails({ connections, closed, partial }) {
    $('uid-connections').replaceChildren(
      ...connections.map(({ id, kind, ageSeconds, queueBytes }) =>
        element(
          'tr',
          '',
          element('td', '', kind === 'raw' ? 'WebSocket' : 'SignalR'),
          element('td', 'number', duration(ageSeconds)),
          element('td', 'number', bytes(queueBytes)),
          element('td', 'id', id),
        ),
      ),
    );
    const live = connections.length === 0 ? 'It has no connection now.' : plural(connections.length, 'connection');
    show($('uid-hint'), partial ? `${live}, and more` : live);
    $('uid-closed').hidden = closed.length === 0;
    $('uid-closes').replaceChildren(
      ...closed.map(({ code, reason, agoSeconds }) =>
        element('li', '', element('b', 'code', `${code}`), ` ${reason}, ${duration(agoSeconds)} ago`),
      ),
    );
    this.#connections = connections.length;
    $('kick').disabled = connections.length === 0;
  }

  /** Nobody is kicked by one slip: the button says what it is about to do and wants to be pressed again. */
  #askToKick(sure) {
    this.#sure = sure;
    show($('kick'), sure ? `Kick ${plural(this.#connections, 'connection')}` : 'Kick…');
    $('kick').classList.toggle('sure', sure);
  }

  async #kick() {
    const uid = this.#chosen;
    const reason = $('kick-reason').value;
    const query = reason === '' ? '' : `?reason=${encodeURIComponent(reason)}`;
    const answer = await this.#ask('DELETE', `api/uids/${encodeURIComponent(uid)}${query}`);
    if (answer !== null) {
      const { ok, connections, detail } = answer.body;
      show($('kick-answer'), ok ? `Kicked ${plural(connections, 'connection')}.` : (detail ?? 'It had no connection.'));
      await this.#describe();
      await this.#list();
    }
  }

  /** Null when there was no answer: then the page says so elsewhere. */
  async #ask(method, path) {
    try {
      return await ask(method, path);
    } catch (error) {
      this.#onRefused(error);
      return null;
    }
  }
}
