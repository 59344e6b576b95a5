// What the tests in a browser have together: one Chromium, one server, and the package as one script.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { rolldown } from "rolldown";
import type { TestProject } from "vitest/node";
import { Server, type Urls } from "../server.mjs";

/** A host that is not loopback for the browser, and is for the network. The server is told that it is its own. */
export const foreignHost = "push.example";

declare module "vitest" {
  interface ProvidedContext {
    /** Where Playwright reaches the browser. */
    browser: string;
    server: Urls;
    /** The package, as the global `client`. */
    script: string;
  }
}

export default async function ({ provide }: TestProject): Promise<() => Promise<unknown>> {
  const [browser, server, script] = await Promise.all([
    chromium.launchServer({
      executablePath: process.env.PUSHBRIDGE_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", `--host-resolver-rules=MAP ${foreignHost} 127.0.0.1`],
    }),
    Server.start({ settings: { Clients__AllowedHosts__0: foreignHost } }),
    bundle(),
  ]);
  provide("browser", browser.wsEndpoint());
  provide("server", server.urls);
  provide("script", script);
  return async () => {
    try {
      await Promise.all([browser.close(), server.stop()]);
    } catch (error) {
      process.exitCode = 1; // The runner shows the error, and would call it a success.
      throw error;
    }
  };
}

async function bundle(): Promise<string> {
  const build = await rolldown({
    input: fileURLToPath(new URL("bundle.ts", import.meta.url)),
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    platform: "browser",
  });
  const { output } = await build.generate({ format: "iife", name: "client", minify: true });
  await build.close();
  return output[0].code.replaceAll("</script", "<\\/script");
}
