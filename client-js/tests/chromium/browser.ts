import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { Server } from "../server.mjs";
import type * as client from "./bundle.js";

declare global {
  /** In a page of these tests: the whole package. */
  var client: typeof import("./bundle.js");
  /** In a page of these tests: what it has made and seen. */
  var bridge: client.PushBridge<any>;
  var received: unknown[];
  var states: client.PushBridge["state"][];
}

let browser: Browser;
let pages: { page: Page; errors: string[] }[] = [];

/** Real Chromium for the tests of a file; a page that logs an error fails its test. */
export function useChromium(): void {
  beforeAll(async () => {
    browser = await chromium.connect(inject("browser"));
  });
  afterEach(async () => {
    const errors = pages.flatMap(({ errors }) => errors);
    await Promise.all(pages.splice(0).map(({ page }) => page.context().close()));
    expect(errors).toEqual([]);
  });
  // Only what this file has opened in it.
  afterAll(() => browser?.close());
}

/** The server that all files have together: uids are theirs alone. */
export const sharedServer = (): Promise<Server> => Server.at(inject("server"));

/** All that axe-core has to say about a page, best practices included. */
export async function violations(page: Page): Promise<string[]> {
  // Colours fade from one state to the next.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(axe.source);
  }
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => `${impact} ${id}: ${html}`));
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
  return openPage(origin, `<script>${inject("script")}</script>`, expected, profile);
}

/** The source of that global, for a worker. */
export const packageScript = (): string => inject("script");

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
