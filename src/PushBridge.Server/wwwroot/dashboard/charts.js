// Four charts over the same five minutes. A look at one of them moves the line in all.

import { element, show } from './dom.js';
import { bytes, compact, count, rate } from './format.js';

const shown = 300;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const kinds = [
  {
    title: 'Connections',
    format: count,
    lines: [
      { name: 'raw', colour: '--accent', of: (series) => series.values('raw') },
      { name: 'hub', colour: '--key', of: (series) => series.values('hub') },
    ],
  },
  {
    title: 'Messages a second',
    format: rate,
    lines: [
      { name: 'messages', colour: '--accent', of: (series) => series.rates('messages') },
      { name: 'deliveries', colour: '--key', of: (series) => series.rates('deliveries') },
    ],
  },
  {
    title: 'Commands a second',
    format: rate,
    lines: [
      { name: 'ok', colour: '--accent', of: (series) => series.rates('ok') },
      { name: 'failed', colour: '--stop', of: (series) => series.rates('failed') },
    ],
  },
  {
    title: 'Waiting in queues',
    format: bytes,
    lines: [{ name: 'bytes', colour: '--accent', of: (series) => series.values('queueBytes') }],
  },
];

export class Charts {
  #place;
  #charts = [];
  #series;

  constructor(place, series) {
    this.#place = place;
    this.#series = series;
    this.#build();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#build());
    new ResizeObserver(() => this.#resize()).observe(place);
  }

  draw() {
    const times = this.#series.times();
    for (const chart of this.#charts) {
      chart.plot.setData([times, ...chart.kind.lines.map((line) => line.of(this.#series))]);
      this.#read(chart, chart.plot.cursor.idx);
    }
  }

  /** Colours come from the style sheet, which knows whether it is dark. */
  #build() {
    for (const { plot } of this.#charts) {
      plot.destroy();
    }
    this.#charts = kinds.map((kind) => this.#chart(kind));
    this.#place.replaceChildren(...this.#charts.map((chart) => chart.figure));
    this.#resize();
    this.draw();
  }

  #chart(kind) {
    const readings = kind.lines.map((line) => element('span', 'reading'));
    const caption = element('figcaption', '', element('b', '', kind.title), element('span', 'readings', ...readings));
    const canvas = element('div', 'canvas');
    canvas.setAttribute('role', 'img');
    const chart = { kind, readings, canvas, figure: element('figure', 'chart', caption, canvas) };
    kind.lines.forEach((line, i) => {
      readings[i].style.setProperty('--line-colour', `var(${line.colour})`);
    });
    chart.plot = new uPlot(this.#options(chart), [[]], canvas);
    return chart;
  }

  #options(chart) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const font = `11px ${colour('--mono')}`;
    const axis = { stroke: colour('--soft'), font, ticks: { show: false }, grid: { stroke: colour('--line'), width: 1 } };
    const { lines, format } = chart.kind;
    return {
      width: 400,
      height: 150,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: { key: 'pushbridge' } },
      hooks: { setCursor: [(plot) => this.#read(chart, plot.cursor.idx)] },
      scales: {
        x: { range: (plot, first, last) => [(last ?? shown) - shown, last ?? shown] },
        y: { range: (plot, lowest, highest) => [0, Math.max(format === bytes ? 1_000 : 4, (highest ?? 0) * 1.15)] },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 24, space: 90, values: (plot, ticks) => ticks.map((tick) => clock.format(tick * 1000).slice(0, 5)), incrs: [60, 120] },
        { ...axis, size: 52, space: 36, incrs: chart.kind.format === bytes ? undefined : whole, values: (plot, ticks) => ticks.map((tick) => (format === bytes ? bytes(tick) : compact(tick))) },
      ],
      series: [
        {},
        ...lines.map((line, i) => ({
          stroke: colour(line.colour),
          width: 2,
          dash: i === 0 ? undefined : [5, 3],
          fill: i === 0 ? `color-mix(in srgb, ${colour(line.colour)} 10%, transparent)` : undefined,
          points: { show: false },
        })),
      ],
    };
  }

  /** Says the values under the cursor, or the newest. */
  #read(chart, at) {
    const { data } = chart.plot ?? {};
    if (!data) {
      return;
    }
    const index = at ?? data[0].length - 1;
    const texts = chart.kind.lines.map((line, i) => {
      const value = data[i + 1]?.[index];
      return `${line.name} ${value == null ? '–' : chart.kind.format(value)}`;
    });
    texts.forEach((text, i) => show(chart.readings[i], text));
    chart.canvas.setAttribute('aria-label', `${chart.kind.title} over the last five minutes, now ${texts.join(', ')}`);
  }

  #resize() {
    for (const { plot, canvas } of this.#charts) {
      const width = canvas.clientWidth;
      if (width > 0 && width !== plot.width) {
        plot.setSize({ width, height: plot.height });
      }
    }
  }
}

/** Steps of an axis that counts things: there are no half connections. */
const whole = [1, 2, 5].flatMap((digit) => Array.from({ length: 10 }, (_, power) => digit * 10 ** power)).sort((a, b) => a - b);
