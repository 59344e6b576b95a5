// The demo page: who listens, what arrives, and the lines that push to it.

import { Connection } from './connection.js';
import { Messages, percentOf } from './messages.js';
import { addressOf, pushLines } from './push-lines.js';
import { subjectOf } from './token.js';

const $ = (id) => document.getElementById(id);
const remembered = 'pushbridge.uid';
let server = { textPort: { host: location.hostname, port: '5678' }, secret: false, certificate: false, mode: 'open' };
let state = { name: 'idle' };

const hints = {
  open: 'The name a push is addressed to. Any number of pages may share one.',
  token: 'Your application signs one for the uid it knows. To try it: pushbridge token --config FILE --uid uid1',
  webhook: 'Your application is asked about it, and answers with the uid that a push is addressed to.',
};

const connection = new Connection(location.origin, showState, receive);
const messages = new Messages($('messages'), showCount);

// A lone surrogate cannot travel as UTF-8: what is shown and quoted is what the socket would send.
const fieldText = () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode($('uid').value));
const fieldUid = () => subjectOf(fieldText()) ?? (server.mode === 'token' ? 'uid1' : fieldText());

function connect() {
  const text = fieldText();
  if (text === '' && server.mode === 'token') {
    $('uid').focus();
    return;
  }
  // A token is a secret: neither kept nor shown in the address.
  if (server.mode === 'open' && subjectOf(text) === null) {
    remember(text);
  }
  connection.open(text);
}

function remember(uid) {
  try {
    localStorage.setItem(remembered, uid);
  } catch {
    // Storage may be switched off; the page works without a memory.
  }
  const url = new URL(location.href);
  if (url.searchParams.has('uid')) {
    url.searchParams.set('uid', uid);
    history.replaceState(null, '', url);
  }
}

function recall() {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

function showState(next) {
  state = next;
  const [title, detail] = $('state').children;
  title.textContent = next.title;
  detail.textContent = next.detail;
  $('state-box').dataset.state = $('route').dataset.state = next.name;
  showForm();
  showRetry();
}

function showRetry() {
  const waiting = state.name === 'waiting';
  $('retry').hidden = !waiting;
  if (waiting) {
    const seconds = Math.ceil((state.retryAt - performance.now()) / 1000);
    $('retry').textContent =
      seconds === Infinity ? 'Trying again as soon as there is a network.'
      : seconds > 1 ? `Trying again in ${seconds} s.`
      : 'Trying again…';
  }
}

/** Everything that follows the uid field while it is being typed in. */
function showForm() {
  const uid = fieldUid();
  const live = connection.words !== null;
  const other = live && connection.words !== fieldText();
  $('toggle').textContent = !live || other ? 'Connect' : state.name === 'waiting' ? 'Stop trying' : 'Disconnect';
  $('toggle').classList.toggle('primary', !live || other);
  $('uid-hint').textContent = other
    ? 'The lines to push follow this field. Connect to listen under it.'
    : hints[server.mode];
  $('route-uid').textContent = live ? connection.uid : uid;
  document.title = live ? `${connection.uid} · PushBridge` : 'PushBridge';
}

function showLines() {
  const { textPort, secret } = server;
  const lines = pushLines(fieldUid(), server, location.origin);
  if ($('lines').childElementCount !== lines.length) {
    $('lines').replaceChildren(...lines.map(lineFigure));
  }
  for (const { id, text } of lines) {
    $(`line-${id}`).textContent = text;
  }
  $('text-address').textContent = addressOf(textPort).replace('tcp://', '');
  $('secret-hint').hidden = !secret;
  $('route-text').textContent = textPort.path === undefined ? `port ${textPort.port}` : 'Unix socket';
}

function lineFigure({ id, title }) {
  const figure = $('line').content.firstElementChild.cloneNode(true);
  const code = figure.querySelector('code');
  const button = figure.querySelector('button');
  code.id = `line-${id}`;
  figure.querySelector('span').textContent = title;
  button.id = `copy-${id}`;
  button.setAttribute('aria-label', `Copy: ${title}`);
  button.onclick = () => copy(code, button);
  return figure;
}

async function copy(code, button) {
  getSelection().selectAllChildren(code);
  let copied = true;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Pages over plain http from another machine have no clipboard object.
    copied = document.execCommand('copy');
  }
  const word = copied ? 'Copied' : 'Selected';
  button.textContent = word;
  $('announcement').textContent = copied ? 'Copied.' : 'Selected: copy it with the keyboard.';
  setTimeout(() => {
    button.textContent = 'Copy';
    $('announcement').textContent = '';
  }, 2000);
}

function receive(text) {
  messages.add(text);
  const percent = percentOf(text);
  if (percent !== null) {
    $('bar').value = percent;
    $('percent').textContent = `${Math.round(percent * 10) / 10} %`;
  }
}

function showCount(total, shown) {
  const received = `${total.toLocaleString('en')} received`;
  $('count').textContent =
    total === 0 ? 'Nothing has arrived yet.' : total > shown ? `${received}, the latest ${shown} shown` : received;
  $('empty').hidden = total > 0;
  $('messages').hidden = $('clear').hidden = total === 0;
  if (total > 0) {
    $('route').dataset.beat = total % 2;
  }
}

/** Where backends push to, whether they need a secret, and how clients say who they are; a stranger is not told. */
async function askServer() {
  try {
    const { text, tls, ...needs } = await (await fetch('demo.json')).json();
    server = { textPort: { ...(portOf(text) ?? server.textPort), tls }, ...needs };
  } catch {
    // The usual port and an open server are the best guess left.
  }
}

function portOf(text) {
  const [, path] = /^unix:(\/.*)$/s.exec(text) ?? [];
  if (path !== undefined) {
    return { path };
  }
  const [, host, port] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  return host && { host: /^(0\.0\.0\.0|\[::\])$/.test(host) ? location.hostname : host, port };
}

/** What to begin with: no name is a token, hence in that mode only a link brings something. */
function begin() {
  const asked = new URLSearchParams(location.search).get('uid');
  $('uid').value = asked ?? (server.mode === 'token' ? '' : (recall() ?? 'uid1'));
  $('uid-label').textContent = server.mode === 'open' ? 'uid' : 'token';
  connection.asksApplication = server.mode === 'webhook';
  showLines();
  if ($('uid').value === '' && server.mode === 'token') {
    showState({ name: 'idle', title: 'Not connected', detail: 'Paste a token to listen.' });
  } else {
    connect();
  }
}

$('uid').oninput = () => {
  showForm();
  showLines();
};
$('form').onsubmit = (event) => {
  event.preventDefault();
  if (state.name === 'waiting' || connection.words !== fieldText()) {
    connect();
  }
};
$('toggle').onclick = () => (connection.words === fieldText() ? connection.close() : connect());
$('clear').onclick = () => {
  messages.clear();
  $('bar').value = 0;
  $('percent').textContent = 'none yet';
  $('uid').focus();
};
setInterval(showRetry, 500);

await askServer();
begin();
