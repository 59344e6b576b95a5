/** Why a connection ended, as the number on the wire says it. */
export interface CloseCode {
  readonly text: string;
  /** True when connecting again with the same credentials cannot help, so that no further attempt is made. */
  readonly final: boolean;
}

const again = (text: string): CloseCode => ({ text, final: false });
const final = (text: string): CloseCode => ({ text, final: true });

/**
 * Every code the server closes with. PROTOCOL.md section 2 and the server's own list say the same; a test compares the three.
 * A code that is not here means: come back.
 */
export const closeCodes: Readonly<Record<number, CloseCode>> = {
  1000: again("normal"),
  1001: again("going away"),
  1002: again("protocol error"),
  1007: again("invalid UTF-8"),
  1008: again("flood"),
  1009: again("too big"),
  1013: again("try again later"),
  4400: final("bad uid"),
  4401: final("bad token"),
  4403: final("forbidden"),
  4408: again("no uid in time"),
  4409: final("too many connections for the uid"),
  4410: again("token expired"),
  4411: final("kicked"),
  4428: again("slow consumer"),
  4429: again("rate limit"),
};

/** The connection ended without a close frame: browsers say 1006, and so does this package when it gives one up itself. */
export const brokenOff = 1006;

export const badToken = 4401;
export const tokenExpired = 4410;
