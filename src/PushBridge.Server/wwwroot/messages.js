// What arrived, newest first. Payloads are untrusted: they only ever become text nodes, byte for byte as received.

const kept = 100;
const longestShown = 10_000;
const longestColoured = 4_000;
const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const encoder = new TextEncoder();

/** The `percent` of a message as 0 to 100, or null when it has none that makes sense. */
export function percentOf(text) {
  let value;
  try {
    value = JSON.parse(text)?.percent;
  } catch {
    return null;
  }
  if (typeof value === 'string') {
    value = /^\s*[+-]?\d+(?:\.\d+)?\s*%?\s*$/.test(value) ? Number.parseFloat(value) : null;
  }
  return Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : null;
}

export class Messages {
  #list;
  #onRendered;
  #pending = [];
  #timer = 0;
  #total = 0;

  /** Calls `onRendered(total, shown)` after each change of the list. */
  constructor(list, onRendered) {
    this.#list = list;
    this.#onRendered = onRendered;
  }

  /** Rendering waits a moment, so that a burst of thousands costs one pass over the newest hundred. */
  add(text) {
    this.#total++;
    this.#pending.push({ text, at: new Date() });
    if (this.#pending.length > kept) {
      this.#pending.shift();
    }
    this.#timer ||= setTimeout(() => this.#render(), 30);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#total = 0;
    this.#pending.length = 0;
    this.#list.replaceChildren();
    this.#onRendered(0, 0);
  }

  #render() {
    this.#timer = 0;
    const fresh = this.#pending.splice(0).reverse();
    this.#list.prepend(...fresh.map(entry));
    while (this.#list.childElementCount > kept) {
      this.#list.lastElementChild.remove();
    }
    this.#onRendered(this.#total, this.#list.childElementCount);
  }
}

function entry({ text, at }) {
  const time = element('time', `${clock.format(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`);
  time.dateTime = at.toISOString();
  const bytes = encoder.encode(text).length.toLocaleString('en');
  const head = element('div', time, element('span', bytes === '1' ? '1 byte' : `${bytes} bytes`));
  const item = element('li', head, element('pre', ...coloured(text.slice(0, longestShown))));
  if (text.length > longestShown) {
    item.append(element('p', `${(text.length - longestShown).toLocaleString('en')} more characters are not shown.`));
  }
  return item;
}

/** Text nodes and coloured spans whose text, taken together, is exactly `text`. */
function coloured(text) {
  if (text.length > longestColoured || !/^\s*[{[]/.test(text)) {
    return [text];
  }
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [token, string, colon] = match;
    const span = element('span', string ?? token);
    span.className = string === undefined ? 'literal' : colon === undefined ? 'string' : 'key';
    nodes.push(text.slice(end, match.index), span, colon ?? '');
    end = match.index + token.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

function element(name, ...children) {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}
