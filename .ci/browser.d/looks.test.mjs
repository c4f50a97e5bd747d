// The page in the dark, on a phone, enlarged, and with a reader's own preferences.

import assert from "node:assert/strict";
import { open, pageTest, picture } from "./browser.mjs";
import { hostile, htmlPart, sample } from "./campaigns.mjs";
import { atLetter, framed, openView, VIEWS } from "./review.mjs";

const campaigns = [sample(), hostile()];
const at9 = `${campaigns[0].page}#letter-9`;
const phone = { viewport: { width: 390, height: 844 }, isMobile: true };

/** By how many pixels the page, or the letter in its frame, is wider than the window. */
const excess = (page) => page.evaluate(() => {
  const outer = document.documentElement, inner = document.querySelector("#panel iframe")?.contentDocument?.documentElement;
  return Math.max(outer.scrollWidth - outer.clientWidth, inner ? inner.scrollWidth - inner.clientWidth : 0);
});

for (const campaign of campaigns) {
  const { page: url, name, options } = campaign;
  const last = campaign.letters.at(-1).number;

  pageTest(`${name}: dark mode`, `${url}#letter-9`, { ...options, colorScheme: "dark" }, async (page) => {
    await framed(page);
    await picture(page, `${name}-dark`);
    const [ink, paper] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor].map((colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
    });
    assert(ink > 600 && paper < 150, `the text has ${ink} of 765, the background ${paper}`);
  });

  pageTest(`${name}: on a phone`, url, { ...options, ...phone }, async (page) => {
    await page.locator("#digest").waitFor();
    for (const where of VIEWS) {
      await openView(page, url, where);
      assert(await excess(page) <= 0, `${where || "the start"} is ${await excess(page)} pixels too wide`);
      await picture(page, `${name}-phone${where.replace("#", "-").replace(" ", "-")}`);
    }
    await open(page, `${url}#letter-${last}`);
    await atLetter(page, last);
    assert.equal(await page.locator("nav").isVisible(), false, "the list covers the letter");
    await page.locator(".back a").click();
    await page.locator("nav").waitFor();
  });
}

// A desktop of 1280 by 1024 pixels at 400 % is as small as this (WCAG 2.2, 1.4.10).
const enlarged = { viewport: { width: 320, height: 256 } };

pageTest("at 400 % nothing scrolls sideways", campaigns[0].page, enlarged, async (page) => {
  for (const where of VIEWS) {
    await openView(page, campaigns[0].page, where);
    assert(await excess(page) <= 0, `${where || "the start"} is ${await excess(page)} pixels too wide`);
  }
});

pageTest("at 400 % a letter does not scroll sideways", htmlPart(campaigns[0], 9), enlarged, async (page) => {
  assert(await excess(page) <= 0, `the letter is ${await excess(page)} pixels too wide`);
});

pageTest("nothing moves for readers who want no motion", at9, { reducedMotion: "reduce" }, async (page) => {
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
    return animationName !== "none" || transitionDuration !== "0s" || scrollBehavior === "smooth";
  }).map((element) => element.outerHTML.slice(0, 100))), []);
});

pageTest("in forced colours the chosen letter and tab still look chosen", at9, { forcedColors: "active" }, async (page) => {
  const [letter, otherLetter, tab, otherTab] = await page.evaluate(() =>
    ["nav [aria-current]", "#list a:not([aria-current])", "[aria-selected=true]", "[aria-selected=false]"]
      .map((selector) => getComputedStyle(document.querySelector(selector)))
      .map(({ outlineStyle, borderBottomColor }) => `${outlineStyle} ${borderBottomColor}`));
  assert.notEqual(letter, otherLetter);
  assert.notEqual(tab, otherTab);
});
