// The package as ES modules, and the one file for <script>.
import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const resolve = { extensionAlias: { ".js": [".ts", ".js"] } };

export default defineConfig([
  {
    input: { index: "src/index.ts", signalr: "src/signalr.ts", shared: "src/shared.ts" },
    external: ["@microsoft/signalr"],
    resolve,
    output: { dir: "dist", format: "esm", chunkFileNames: "internal-[name].js" },
  },
  {
    input: "src/script.ts",
    resolve,
    output: {
      file: "dist/pushbridge.js",
      format: "iife",
      name: "PushBridge",
      minify: true,
      postBanner: `/* PushBridge ${version}, MIT licence */`,
    },
  },
]);
