// Accessibility: axe-core's rules in every view, light and dark, wide and narrow, and the names for screen readers.

import assert from "node:assert/strict";
import { examine, NOT_IN_A_LETTER, script } from "./axe.mjs";
import { pageTest } from "./browser.mjs";
import { htmlPart, sample } from "./campaigns.mjs";
import { openView, VIEWS } from "./review.mjs";

const campaign = sample();

for (const [width, height] of [[1440, 900], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    const options = { script, colorScheme, viewport: { width, height }, isMobile: width < 500 };

    pageTest(`axe finds no violations on the page: ${width} pixels, ${colorScheme}`, campaign.page, options, async (page) => {
      for (const view of VIEWS) {
        await openView(page, campaign.page, view);
        await examine(page, view || "the start");
      }
    });

    pageTest(`axe finds no violations in a letter: ${width} pixels, ${colorScheme}`, htmlPart(campaign, 9), options, async (page) => {
      // axe treats a page without a background as white. This is its real background.
      await page.evaluate(() => { document.documentElement.style.background = "Canvas"; });
      await examine(page, "the letter", NOT_IN_A_LETTER);
    });
  }
}

// axe requires that a frame has a name.
const NAMED = /^ *- (button|checkbox|heading|link|navigation|searchbox|tab|tablist|tabpanel|table|textbox|spinbutton)\b(?! ").*$/gm;

pageTest("a screen reader finds all that can be used, by name", campaign.page, {}, async (page) => {
  for (const [view, named] of [
    ["#overview", ['searchbox "Search letters"', 'spinbutton "From letter"', 'button "Print 10 letters"']],
    ["#letter-9 1", ['tab "Letter"', 'tab "Text"', 'tab "Headers"', 'tab "Source"', 'checkbox "Mark what differs from letter 1"']],
    ["#letter-9 3", ['searchbox "Search letters"', 'table "Headers of the letter"', 'rowheader "Subject"']],
  ]) {
    await openView(page, campaign.page, view);
    const tree = await page.locator("body").ariaSnapshot();
    const lines = (start) => tree.split("\n").filter((line) => line.trim().startsWith(`- ${start}`));
    assert.deepEqual(tree.match(NAMED), null, `without a name at ${view}`);
    for (const [start, count] of [["main", 1], ["navigation", 1], ...named.map((start) => [start, 1])]) {
      assert.equal(lines(start).length, count, `${start} at ${view}: ${tree}`);
    }
    assert(lines("link").length >= 11, tree);
  }
});
