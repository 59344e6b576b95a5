const first = 1_000;
const longest = 30_000;

/**
 * Full jitter: anything from nothing to a ceiling that doubles with each failure, from 1 s to 30 s. Browsers that lost the same
 * server must not come back in step.
 */
export function backoff(failures: number, random: () => number): number {
  return random() * Math.min(longest, first * 2 ** failures);
}
