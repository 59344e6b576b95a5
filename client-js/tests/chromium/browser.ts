import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright";
import { rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type * as client from "./bundle.js";

declare global {
  /** In a page of these tests: the whole package. */
  var client: typeof import("./bundle.js");
  /** In a page of these tests: what it has made and seen. */
  var bridge: client.PushBridge<any>;
  var received: unknown[];
  var states: client.PushBridge["state"][];
}

/** A host that is not loopback for the browser, and is for the network. The server has to be told that it is its own. */
export const foreignHost = "push.example";

let browser: Browser;
let script: string;
let pages: { page: Page; errors: string[] }[] = [];

/** Real Chromium for the tests of a file; a page that logs an error fails its test. */
export function useChromium(): void {
  beforeAll(async () => {
    [browser, script] = await Promise.all([
      chromium.launch({
        executablePath: process.env.PUSHBRIDGE_CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", `--host-resolver-rules=MAP ${foreignHost} 127.0.0.1`],
      }),
      bundle(),
    ]);
  });
  afterEach(async () => {
    const errors = pages.flatMap(({ errors }) => errors);
    await Promise.all(pages.splice(0).map(({ page }) => page.context().close()));
    expect(errors).toEqual([]);
  });
  afterAll(() => browser?.close());
}

/**
 * A page of the server's own origin.
 *
 * @param html - What is on it.
 * @param expected - Errors it may log: browsers log every failed connection.
 * @param profile - That of another page, whose tab it is to be; unless given, it is in a browser of its own.
 */
export async function openPage(
  origin: string,
  html = "",
  expected = /^$/,
  profile?: BrowserContext,
): Promise<Page> {
  const page = await newPage(profile ?? (await browser.newContext({ bypassCSP: true })), expected);
  await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  // Chromium lets only what really came from this machine connect to it: the script, shown as text, makes way for the page.
  await page.goto(`${origin}/pushbridge.js`);
  await page.setContent(`<!doctype html><title>page</title>${html}`);
  return page;
}

/** A page with the whole package in the global `client`. */
export async function openClientPage(origin: string, expected?: RegExp, profile?: BrowserContext): Promise<Page> {
  return openPage(origin, `<script>${script}</script>`, expected, profile);
}

/** The source of that global, for a worker. */
export const packageScript = (): string => script;

/** A page that the server serves, under its own security policy. */
export async function visit(url: string, options: BrowserContextOptions, expected = /^$/): Promise<Page> {
  const page = await newPage(await browser.newContext(options), expected);
  await page.goto(url);
  return page;
}

async function newPage(context: BrowserContext, expected: RegExp): Promise<Page> {
  const page = await context.newPage();
  const errors: string[] = [];
  pages.push({ page, errors });
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) {
      errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  return page;
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
