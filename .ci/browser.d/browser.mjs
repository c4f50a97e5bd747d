// Opens pages in Debian's Chromium with playwright-core, and checks that they stay silent: a message in the console or a
// request for anything but the page itself fails.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import test, { after } from "node:test";

// `require` finds packages through NODE_PATH, `import` does not.
export const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");

// Playwright adds the flags that make Chromium quiet: no first run, no sync, no component updates, no background requests.
const FLAGS = ["--disable-gpu", "--disable-quic", "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND"];

// What Chromium writes to the console when it stops what a hostile letter tries.
const STOPPED = /has been blocked\.|Blocked script execution/;

let browser;
after(() => browser?.close());

/**
 * Defines a test: `use` gets the page at `url`, opened with an empty profile, and the page has to stay silent. A hostile page
 * may try to run or load something if the browser stops it. The other options are Playwright's for a context.
 */
export const pageTest = (name, url, { isHostile = false, script, ...options }, use) => test(name, async (testContext) => {
  browser ??= await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: false, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  try {
    context.setDefaultTimeout(15_000);
    if (script) await context.addInitScript({ path: script });
    const messages = [], requests = [];
    context.on("console", (message) => messages.push(message.text()));
    context.on("weberror", (error) => messages.push(String(error.error())));
    context.on("request", (request) => requests.push(request));
    const page = await context.newPage();
    page.on("websocket", (socket) => messages.push(`a connection to ${socket.url()}`));
    await page.goto(url);
    await use(page, testContext);
    assert.deepEqual(messages.filter((text) => !isHostile || !STOPPED.test(text)), [], "the console has messages");
    const isOwn = (address) => address.split("#")[0] === url.split("#")[0] || /^(data|about):/.test(address);
    const others = requests.filter((request) => !isOwn(request.url()) && !(isHostile && request.failure()?.errorText === "csp"));
    assert.deepEqual(others.map((request) => request.url()), [], "the page makes requests");
  } finally {
    await context.close();
  }
});

/** Loads an address anew, even if only its fragment differs. */
export async function open(page, url) {
  await page.goto("about:blank");
  await page.goto(url);
}

export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Takes a screenshot if there is a folder for them. */
export async function picture(page, name, options) {
  if (process.env.PICTURES) await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), ...options });
}
