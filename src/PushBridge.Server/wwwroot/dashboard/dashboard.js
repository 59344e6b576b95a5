// The dashboard: lets the operator in, keeps the connection that brings new numbers each second, and says how it stands.

import { Refused, ask, remember, secret } from './api.js';
import { Charts } from './charts.js';
import { $, show } from './dom.js';
import { showNumbers, troubleOf } from './numbers.js';
import { People } from './people.js';
import { aimAt, preparePush } from './push.js';
import { Series } from './series.js';

const retryAfter = 2_000;
const badSecret = 4401;
const anybody = 'operator';

const series = new Series();
const charts = new Charts($('charts'), series);
const people = new People(refuse, aimAt);
let live = null;
let wasAway = false;

/** Asks for the past first: that tells whether we may come in, without a second chance for a wrong secret to count. */
async function start() {
  enter('connecting', 'Connecting…');
  try {
    const { status, body } = await ask('GET', 'api/stats/history');
    if (status !== 200) {
      throw new Error(body.detail);
    }
    series.restart(body);
    charts.draw();
    people.live = true;
    listen();
  } catch (error) {
    if (!refuse(error)) {
      enter('gone', 'The server does not answer.', 'Trying again…');
      setTimeout(start, retryAfter);
    }
  }
}

function listen() {
  live?.close();
  live = new PushBridge('dashboard/live', { uid: secret() || anybody });
  live.on('message', receive);
  live.on('state', showState);
}

function receive(stats) {
  series.add(stats);
  charts.draw();
  showNumbers(stats, series);
  const trouble = troubleOf(stats);
  if (trouble === null) {
    enter('live', 'Live');
  } else {
    const [title, meaning] = $('trouble').children;
    show(title, `The backplane is ${trouble.state}.`);
    show(meaning, trouble.meaning);
    enter('troubled', `Live, but the backplane is ${trouble.state}`);
  }
}

function showState(state) {
  if (state.name === 'waiting') {
    people.live = false;
    wasAway = true;
    const seconds = Math.max(1, Math.ceil(state.delay / 1000));
    enter('gone', 'The server is gone.', state.offline ? 'This computer is offline.' : `Trying again within ${seconds} s.`);
  } else if (state.name === 'open' && wasAway) {
    wasAway = false;
    catchUp();
  } else if (state.name === 'closed' && state.code === badSecret) {
    refuse(new Refused(401, 0));
  }
}

/** What happened while the connection was away is in the server's memory. */
async function catchUp() {
  try {
    const { status, body } = await ask('GET', 'api/stats/history');
    if (status === 200) {
      series.restart(body);
      charts.draw();
      people.live = true;
    }
  } catch (error) {
    refuse(error);
  }
}

/** Shows the form for the secret when the error says that one is needed. */
function refuse(error) {
  if (!(error instanceof Refused)) {
    return false;
  }
  live?.close();
  live = null;
  people.live = false;
  const wait = error.wait > 0 ? ` Wait ${error.wait} s.` : '';
  const wrong = secret() === '' ? '' : 'That secret is not right.';
  show($('sign-in-problem'), error.status === 429 ? `Too many wrong secrets came from here.${wait}` : wrong);
  enter('refused', 'Not signed in');
  $('secret').focus();
  return true;
}

function enter(state, title, detail = '') {
  document.body.dataset.state = state;
  $('sign-in').hidden = state !== 'refused';
  $('board').hidden = state === 'refused';
  $('trouble').hidden = state !== 'troubled';
  const [, name, more] = $('status').children;
  show(name, title);
  show(more, detail);
  document.title = state === 'live' ? 'PushBridge dashboard' : `${title} · PushBridge dashboard`;
}

$('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  remember($('secret').value);
  $('secret').value = '';
  start();
});

preparePush(refuse);
start();
