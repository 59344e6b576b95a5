// Figures as people read them. Digits are grouped, units are short, and nothing jumps in width more than it must.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const upToTenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const steps = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

export const count = (value) => whole.format(value);
export const compact = (value) => short.format(value).replace('K', 'k');

/** A rate: tenths while it is small, so that one message in five seconds is not nothing. */
export const rate = (value) => (value > 0 && value < 10 ? tenths : whole).format(value);

export function bytes(value) {
  const [size, unit] = steps.find(([step]) => value >= step) ?? [1, 'B'];
  const scaled = value / size;
  return `${(scaled < 10 ? upToTenths : whole).format(scaled)} ${unit}`;
}

export function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  if (s < 86_400) {
    return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  }
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** `1 connection`, `2 connections`. */
export const plural = (value, noun, nouns = `${noun}s`) => `${count(value)} ${value === 1 ? noun : nouns}`;
