// One list of close codes in three places.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { closeCodes } from "../../src/index.js";

const repository = new URL("../../../", import.meta.url);
const read = (path: string) => readFile(new URL(path, repository), "utf8");
const ours = Object.entries(closeCodes).map(([code, { text, final }]) => ({ code: Number(code), text, final }));

test("the server has the same codes, texts and verdicts", async () => {
  const source = await read("src/PushBridge/Connections/CloseReason.cs");
  const theirs = [...source.matchAll(/new\(\s*(\d{4}),\s*"([^"]*)",\s*(true|false)\s*\)/g)].map(
    ([, code, text, mayReconnect]) => ({ code: Number(code), text, final: mayReconnect === "false" }),
  );
  expect(theirs).toHaveLength(source.match(/public static readonly CloseReason /g)!.length);
  expect(ours).toEqual(theirs);
});

/** The rows of a table of codes in Markdown: the code, what it means, and whether to come back. */
function rows(markdown: string): { code: number; text: string; final: boolean }[] {
  return [...markdown.matchAll(/^\| (\d{4}) \| ([^|]*?) \| (yes|no) \|$/gm)].map(([, code, meaning, again]) => ({
    code: Number(code),
    text: meaning!.split(/[:(]/)[0]!.trim(),
    final: again === "no",
  }));
}

test.each(["PROTOCOL.md", "client-js/README.md"])("%s has the same codes, texts and verdicts", async (path) => {
  expect(rows(await read(path))).toEqual(ours);
});
