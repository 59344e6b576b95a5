const longestTimer = 2 ** 31 - 1;

/**
 * When to ask for the token that follows this one: milliseconds from now, after four fifths of the time it has left or 30 s before
 * its end, whichever is later. Undefined when it does not say when it ends: only JWTs do.
 */
export function renewalOf(token: string): number | undefined {
  try {
    const payload = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const { exp, iat = -Infinity } = JSON.parse(atob(payload)) as { exp: number; iat?: number };
    // A clock that is slow here would make it live longer than it was meant to.
    const left = 1000 * Math.min(exp - Date.now() / 1000, exp - iat);
    return left > 0 ? Math.min(Math.max(0.8 * left, left - 30_000), longestTimer) : undefined;
  } catch {
    return undefined;
  }
}
