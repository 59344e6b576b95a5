// The README's code is compiled against the built package, as a user's would be.
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}artifacts/readme/`;

interface Sample {
  heading: string;
  language: string;
  code: string;
}

function samples(markdown: string): Sample[] {
  const found: Sample[] = [];
  let heading = "";
  for (const match of markdown.matchAll(/^#+ ([^\n]*)$|^```(\w+)\n(.*?)^```$/gms)) {
    if (match[1] !== undefined) {
      heading = match[1];
    } else {
      found.push({ heading, language: match[2]!, code: match[3]! });
    }
  }
  return found;
}

/** What TypeScript would see: a page's inline script is a script of its own. */
function asFile({ language, code }: Sample): [extension: string, content: string] {
  if (language === "html") {
    const [, script] = /<script>(.*?)<\/script>/s.exec(code)!;
    // In a module, so that the pages of this README do not see each other's names.
    return ["js", `// @ts-check\n${script}\nexport {};\n`];
  }
  return [language, language === "js" ? `// @ts-check\n${code}\nexport {};\n` : code];
}

test("every sample compiles", async () => {
  const all = samples(await readFile(`${root}README.md`, "utf8"));
  expect(all.map(({ heading }) => heading)).toEqual(
    expect.arrayContaining(["Start", "Transports", "React", "Vue", "A worker", "Node.js", "Tokens", "Groups", "One socket for all tabs", "Bare `@microsoft/signalr`"]),
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(
    all.map((sample, n) => {
      const [extension, content] = asFile(sample);
      return writeFile(`${folder}sample-${n}.${extension}`, content);
    }),
  );
  await writeFile(`${folder}script.d.ts`, `declare const PushBridge: typeof import("pushbridge").PushBridge;\n`);
  await writeFile(
    `${folder}tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        target: "es2022",
        module: "esnext",
        moduleResolution: "bundler",
        lib: ["es2022", "dom"],
        types: ["node"],
        typeRoots: [`${root}node_modules/@types`],
        jsx: "react-jsx",
        strict: true,
        allowJs: true,
        noEmit: true,
        skipLibCheck: true,
      },
    }),
  );
  const { stdout } = await promisify(execFile)(`${root}node_modules/.bin/tsc`, ["-p", folder]).catch((error) => error);
  expect(stdout).toBe("");
});

test("the tables name every option and every state", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const source = await readFile(`${root}src/options.ts`, "utf8");
  const settings = /interface Settings \{(.*?)^\}/ms.exec(source)![1]!;
  const options = [...settings.matchAll(/readonly (\w+)\?/g)].map(([, name]) => name!);
  const states = [...source.matchAll(/readonly name: "(\w+)"/g)].map(([, name]) => name!);
  const rows = readme.match(/^\| `.*$/gm)!.map((row) => row.split("|")[1]!);
  const missing = (names: string[]) => names.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)));
  expect(options.length).toBeGreaterThan(5);
  expect(states).toHaveLength(4);
  expect(missing([...options, "uid", "token", ...states])).toEqual([]);
});
