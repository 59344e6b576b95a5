import { createHmac } from "node:crypto";
import { register } from "./known-secrets.mjs";

const secret = "a secret for tests, long enough for HS256";

/**
 * Settings of a server that believes the tokens of {@link tokenFor}. Clients renew them by what they say; three seconds more are for a
 * busy machine.
 */
export const tokenMode: Record<string, string> = {
  Clients__Authentication__Mode: "token",
  Clients__Authentication__Token__Keys__0__Algorithm: "HS256",
  Clients__Authentication__Token__Keys__0__Secret: secret,
  Clients__Authentication__Token__ClockSkew: "00:00:03",
};

/** A signed token that ends after so many seconds, on a full one. */
export function tokenFor(sub: string, seconds: number, key = secret): string {
  const iat = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, iat, exp: iat + seconds })}`;
  return `${signed}.${register(createHmac("sha256", register(key)).update(signed).digest("base64url"))}`;
}

export const badTokenFor = (sub: string): string => tokenFor(sub, 60, "a key that the server does not know at all");
