// The search of the servers' logs finds what it is for.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { register, registerSettings, shouldNotBeIn } from "../known-secrets.mjs";
import { tokenFor } from "../tokens.js";

const leaks = (line: string) => expect(() => shouldNotBeIn(["all is well", line]), line).toThrow("a log has no secrets");
const isQuiet = (line: string) => expect(() => shouldNotBeIn([line]), line).not.toThrow();

test("a secret is found, and the rest is not", () => {
  const secret = register(`a secret of this test ${randomUUID()}`);
  leaks(`with ${secret} in it`);
  isQuiet(secret.slice(0, -1));
});

test("a setting that is called secret is one, and the others are not", () => {
  const secret = randomUUID();
  const visible = randomUUID();
  registerSettings({ Backends__Secrets__0: secret, Text__Listen: visible });
  leaks(secret);
  isQuiet(visible);
});

test("a token is found by its signature alone, and one of another process as a whole", () => {
  const token = tokenFor("u", 60);
  leaks(`GET /hub?access_token=${token}`);
  leaks(token.slice(token.lastIndexOf(".") + 1));
  leaks(token.replace(/.$/, "_"));
  isQuiet("Now listening on http://127.0.0.1:1234 (0.1.0)");
});

test("what is too short to be recognized is no secret", () => {
  expect(() => register("1234567")).toThrow("recognizable");
});
