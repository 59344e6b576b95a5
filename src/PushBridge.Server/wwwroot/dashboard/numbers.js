// The figures of the moment, and the tables of what was counted since the start.

import { $, element, show } from './dom.js';
import { bytes, count, duration, plural, rate } from './format.js';

const doors = { text: 'text port', http: 'HTTP', embedded: 'IPushBridge', hub: 'IHubContext' };
const outcomes = {
  ok: 'ok',
  offline: 'offline',
  bad_request: 'bad request',
  overloaded: 'overloaded',
  unauthorized: 'unauthorized',
  unavailable: 'unavailable',
  draining: 'draining',
};
const codes = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1007: 'invalid UTF-8',
  1008: 'flood',
  1009: 'too big',
  4400: 'bad uid',
  4401: 'bad token',
  4403: 'forbidden',
  4408: 'no uid in time',
  4409: 'too many connections for the uid',
  4410: 'token expired',
  4411: 'kicked',
  4428: 'slow consumer',
  4429: 'rate limit',
};
const troubles = {
  unreachable: 'It does not answer. This node serves its own clients; those of other nodes are out of reach until it is back.',
  restoring: 'This node is connected again, and finds out who the other nodes are and what they hold.',
};
const statuses = { 403: 'foreign page or host', 429: 'too many attempts', 503: 'full or draining' };

export function showNumbers(stats, series) {
  const { raw, hub } = stats.connections;
  const messages = series.rates('messages').at(-1) ?? 0;
  const deliveries = series.rates('deliveries').at(-1) ?? 0;
  show($('now-connections'), count(raw + hub));
  show($('now-kinds'), `${count(raw)} raw, ${count(hub)} SignalR`);
  show($('now-uids'), count(stats.uids));
  show($('now-groups'), plural(stats.groups, 'group'));
  show($('now-messages'), rate(messages));
  show($('now-fan-out'), `${rate(deliveries)} deliveries a second`);
  show($('now-queue'), bytes(stats.queueBytes));
  show($('now-slow'), stats.slowConsumers === 0 ? 'no slow client cut' : `${plural(stats.slowConsumers, 'slow client')} cut`);
  showOutcomes(stats);
  showEnds(stats);
  showNode(stats.node, stats.backplane, series);
}

/** What an operator should know at once about the backplane, `{ state, meaning }`; null when all is well or there is none. */
export function troubleOf({ backplane }) {
  const meaning = troubles[backplane?.state];
  return meaning === undefined ? null : { state: backplane.state, meaning };
}

function showOutcomes({ commands, messages, deliveries }) {
  const seen = Object.keys(outcomes).filter((outcome) => outcome === 'ok' || Object.values(commands).some((door) => door[outcome]));
  const head = element('tr', '', element('td'), ...seen.map((outcome) => heading(outcomes[outcome], 'col', 'number')));
  const rows = Object.entries(commands).map(([door, counts]) =>
    element('tr', '', heading(doors[door] ?? door, 'row'), ...seen.map((outcome) => element('td', 'number', count(counts[outcome] ?? 0)))),
  );
  const note = `${plural(messages, 'message')}, ${plural(deliveries, 'delivery', 'deliveries')}`;
  const caption = element('caption', '', note);
  $('outcomes').replaceChildren(caption, element('thead', '', head), element('tbody', '', ...rows));
}

function heading(text, scope, className) {
  const cell = element('th', className, text);
  cell.scope = scope;
  return cell;
}

function showEnds({ closes, refused, limits }) {
  const rows = [
    ...Object.entries(closes).map(([code, times]) => [code, codes[code] ?? 'another code', times]),
    ...Object.entries(refused).map(([status, times]) => [`HTTP ${status}`, statuses[status] ?? 'refused', times]),
    ...Object.entries(limits).map(([limit, times]) => ['limit', limit.replaceAll('_', ' '), times]),
  ];
  const items = rows.map(([code, meaning, times]) => element('li', '', element('b', 'code', code), ` ${meaning} `, element('span', 'times', count(times))));
  $('ends').replaceChildren(...(rows.length === 0 ? [element('li', 'hint', 'None so far.')] : items));
}

let before = null;

function showNode(node, backplane, series) {
  const at = series.times().at(-1) ?? 0;
  const busy = before && at > before.at ? (node.cpuSeconds - before.cpu) / (at - before.at) : 0;
  if (before === null || at - before.at >= 2) {
    before = { at, cpu: node.cpuSeconds, busy };
  }
  const pairs = [
    ['Name', node.name],
    ['PushBridge', node.version],
    ['.NET', node.runtime],
    ['Up for', duration(node.uptimeSeconds)],
    ['Memory', bytes(node.memoryBytes)],
    ['Processor', `${Math.round(Math.max(0, busy) * 100)} % of ${plural(node.cores, 'core')}`],
    ['Clients', node.isDraining ? 'to go elsewhere: it is draining' : 'welcome'],
  ];
  if (backplane) {
    pairs.push(['Backplane', backplane.state]);
    for (const other of backplane.nodes) {
      pairs.push([
        `Node ${other.name}`,
        `${plural(other.connections, 'connection')}, ${plural(other.uids, 'uid')}, up for ${duration(other.uptimeSeconds)}`,
      ]);
    }
  }
  $('nodes').replaceChildren(...pairs.map(([name, value]) => element('div', '', element('dt', '', name), element('dd', '', value))));
  show($('node'), `${node.name} · ${node.version} · up for ${duration(node.uptimeSeconds)}`);
}
