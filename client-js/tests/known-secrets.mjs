// The secrets and tokens that tests have used in this process. No server may have written any of them into its log.
const shortest = 8;
const known = new Set();

/** A signed token, whoever made it: another process's too. */
const anyToken = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/;

/**
 * Remembers a secret, and gives it back.
 *
 * @param {string} secret
 * @returns {string}
 */
export function register(secret) {
  if (secret.length < shortest) {
    throw new Error("a secret must be recognizable: a shorter one would be found by chance");
  }
  known.add(secret);
  return secret;
}

/**
 * Remembers what a server is told under a name that says it is a secret.
 *
 * @param {Record<string, string>} settings
 */
export function registerSettings(settings) {
  for (const [name, value] of Object.entries(settings)) {
    if (/secret|password/i.test(name)) {
      register(value);
    }
  }
}

/**
 * Throws when there is a secret or a token in one of the lines.
 *
 * @param {Iterable<string>} lines
 */
export function shouldNotBeIn(lines) {
  for (const line of lines) {
    if (anyToken.test(line) || [...known].some((secret) => line.includes(secret))) {
      throw new Error(`a log has no secrets, and this line has: ${line}`);
    }
  }
}
