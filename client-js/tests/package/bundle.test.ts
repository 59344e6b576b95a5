// What the package weighs, what is in it, and that the server has the script that these sources make.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import build from "../../rolldown.config.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What a bundler makes of an application that says this. */
async function bundled(source: string): Promise<string> {
  const made = await rolldown({
    cwd: root,
    input: "application",
    platform: "browser",
    plugins: [
      {
        name: "application",
        resolveId: (id) => (id === "application" ? `${root}application.js` : null),
        load: (id) => (id === `${root}application.js` ? source : null),
      },
    ],
  });
  const { output } = await made.generate({ format: "esm", minify: true });
  await made.close();
  return output.map((file) => (file.type === "chunk" ? file.code : "")).join("\n");
}

test("the script build has at most 5 kB min+gzip", async () => {
  const script = await readFile(`${root}dist/pushbridge.js`);
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(5_000);
  expect(script.toString()).not.toMatch(/signalr|import\(|https?:\/\//i);
});

test("the server's script is what these sources make", async () => {
  const script = build.find((part) => part.input === "src/script.ts")!;
  const made = await rolldown({ ...script, cwd: root });
  const { output } = await made.generate(script.output as object);
  await made.close();
  const served = await readFile(`${root}../src/PushBridge.Server/wwwroot/pushbridge.js`, "utf8");
  expect(served, "run npm run build:server").toBe(output[0].code);
});

test("who uses the raw transport does not get SignalR", async () => {
  const raw = await bundled(`import { PushBridge } from "pushbridge"; globalThis.bridge = new PushBridge("/", { uid: "u" });`);
  expect(raw).not.toMatch(/signalr|negotiate|BroadcastChannel/i);
  expect(gzipSync(raw, { level: 9 }).length).toBeLessThanOrEqual(5_000);

  const both = await bundled(`
    import { PushBridge } from "pushbridge";
    import { auto } from "pushbridge/signalr";
    globalThis.bridge = new PushBridge("/", { uid: "u", transport: auto() });`);
  expect(both).toMatch(/negotiate/);
});

test("tabs that share a socket do not pay for SignalR either", async () => {
  const shared = await bundled(`
    import { SharedPushBridge } from "pushbridge/shared";
    globalThis.bridge = new SharedPushBridge("/", { uid: "u" });`);
  expect(shared).not.toMatch(/signalr|negotiate/i);
  expect(gzipSync(shared, { level: 9 }).length).toBeLessThanOrEqual(6_000);
});

test("who imports nothing gets nothing", async () => {
  expect(await bundled(`import "pushbridge"; import "pushbridge/signalr"; import "pushbridge/shared";`)).toBe("");
});

test("the published files are the builds, their types, the README and the licence", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root });
  const [pack] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const files = pack.files.map(({ path }) => path);
  expect(files).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "README.md",
      "package.json",
      "dist/index.js",
      "dist/index.d.ts",
      "dist/signalr.js",
      "dist/signalr.d.ts",
      "dist/shared.js",
      "dist/shared.d.ts",
      "dist/pushbridge.js",
    ]),
  );
  expect(files.filter((path) => !/^(LICENSE|README\.md|package\.json|dist\/[\w-]+(\.d\.ts|\.js))$/.test(path))).toEqual([]);
});
