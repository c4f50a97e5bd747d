// What several tests of the review page need: waiting for a letter, and reading what is shown.

import assert from "node:assert/strict";
import { open, press } from "./browser.mjs";

/** All that the page can show: a fragment, and the key for a view of a letter. */
export const VIEWS = ["", "#letters", "#overview", "#letter-9 1", "#letter-9 2", "#letter-9 3", "#letter-9 4"];

/** Opens one of them, with all its details unfolded. */
export async function openView(page, url, view) {
  const [fragment, key] = view.split(" ");
  await open(page, url + fragment);
  if (key) {
    await press(page, key);
    await verified(page);
    if (key === "1") await framed(page);
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
}

/** Waits until this letter is shown. */
export async function atLetter(page, number) {
  await page.waitForFunction((hash) => location.hash === hash && !document.getElementById("letter").hidden, `#letter-${number}`);
}

/** Waits until the page has found that it shows the bytes of the letter's file. */
export async function verified(page) {
  await page.waitForFunction(() => document.getElementById("proof").textContent.includes("byte for byte"));
}

/** Waits until the HTML part is in its frame, and the frame is as high as the part. */
export async function framed(page) {
  await page.waitForFunction(() => {
    const frame = document.querySelector("#panel iframe");
    return frame?.style.height && frame.contentDocument?.readyState === "complete" && frame.offsetHeight > 200;
  });
}

// Both read only what can be seen.
export const text = (page, selector) => page.locator(selector).filter({ visible: true }).innerText();
export const texts = (page, selector) => page.locator(selector).filter({ visible: true }).allInnerTexts();

export const hash = (page) => page.evaluate(() => location.hash);

/** Checks that names at the beginning of a line are to the left of the rest, even if they are written from right to left. */
export async function namesComeFirst(page, lines) {
  const places = await page.evaluate((selector) => [...document.querySelectorAll(selector)]
    .filter((line) => line.textContent[0] === "\u2068")
    .map((line) => {
      const node = line.firstChild, range = document.createRange(), end = node.data.indexOf("\u2069");
      const left = (from, to) => (range.setStart(node, from), range.setEnd(node, to), range.getBoundingClientRect().left);
      return [left(1, end), left(end + 1, node.data.length)];
    }), lines);
  assert(places.length >= 2 && places.every(([name, rest]) => name < rest), `in ${lines} names are at ${JSON.stringify(places)}`);
}
