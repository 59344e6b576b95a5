// What the charts draw: counts as rates, a point for each second of the last five minutes.

const longest = 300;

export class Series {
  #columns = [];
  #rows = [];

  /** The server's own memory, in place of what was here. */
  restart({ columns, rows }) {
    this.#columns = columns;
    this.#rows = rows.slice(-longest);
  }

  /** Takes the numbers of one second in. */
  add(stats) {
    const last = this.#rows.at(-1);
    if (last && stats.at - last[0] < 500) {
      return; // The second that the history ended with.
    }
    const values = { ...stats, ...stats.connections, ...outcomes(stats.commands) };
    this.#rows.push(this.#columns.map((column) => values[column] ?? 0));
    if (this.#rows.length > longest) {
      this.#rows.shift();
    }
  }

  /** Unix times in seconds. */
  times() {
    return this.#rows.map((row) => row[0] / 1000);
  }

  values(column) {
    const index = this.#columns.indexOf(column);
    return this.#rows.map((row) => row[index]);
  }

  /** How much a count grew a second; null where there is nothing before, or where the server began anew. */
  rates(column) {
    const index = this.#columns.indexOf(column);
    return this.#rows.map((row, i) => {
      const before = this.#rows[i - 1];
      const grown = before && row[index] - before[index];
      return before && grown >= 0 ? (grown * 1000) / Math.max(1, row[0] - before[0]) : null;
    });
  }
}

function outcomes(commands) {
  let ok = 0;
  let failed = 0;
  for (const door of Object.values(commands)) {
    for (const [outcome, times] of Object.entries(door)) {
      if (outcome === 'ok') {
        ok += times;
      } else {
        failed += times;
      }
    }
  }
  return { ok, failed };
}
