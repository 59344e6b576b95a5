// The form to push, and what became of it.

import { ask } from './api.js';
import { $, show } from './dom.js';
import { plural } from './format.js';

const failures = {
  offline: 'Nobody it is for is connected.',
  overloaded: 'Whom it is for does not read and is being cut.',
};

const target = () => new FormData($('push-form')).get('target');

function path() {
  const name = encodeURIComponent($('push-name').value);
  return { uid: `api/push/${name}`, group: `api/groups/${name}`, all: 'api/broadcast' }[target()];
}

function showTarget() {
  $('push-name-field').hidden = target() === 'all';
  show($('push-name-label'), target() === 'group' ? 'Group' : 'Uid');
}

function say(text, isGood) {
  show($('push-answer'), text);
  $('push-answer').dataset.good = isGood;
}

function outcome({ status, body }) {
  if (status !== 200) {
    return body.detail ?? body.title ?? `The server answered ${status}.`;
  }
  return body.ok ? `Taken by ${plural(body.connections, 'connection')}.` : (failures[body.reason] ?? body.reason);
}

export function preparePush(onRefused) {
  $('push-form').addEventListener('change', showTarget);
  $('push-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (target() !== 'all' && $('push-name').value === '') {
      say('Say whom it is for.', false);
      $('push-name').focus();
      return;
    }
    say('Pushing…', true);
    try {
      const answer = await ask('POST', path(), $('payload').value);
      say(outcome(answer), answer.status === 200 && answer.body.ok);
    } catch (error) {
      say('The server did not answer. It may have been delivered.', false);
      onRefused(error);
    }
  });
  showTarget();
}

/** The uid that was chosen in the table is whom one most likely wants to push to. */
export function aimAt(uid) {
  if (target() === 'uid') {
    $('push-name').value = uid;
  }
}
