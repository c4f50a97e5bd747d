// Search and the list of letters.

import assert from "node:assert/strict";
import { pageTest, press } from "./browser.mjs";
import { hostile, sample } from "./campaigns.mjs";
import { atLetter, hash, text, texts } from "./review.mjs";
import { printed } from "./paper.mjs";

for (const campaign of [sample(), hostile()]) {
  pageTest(`${campaign.name}: search and the list`, campaign.page, campaign.options, async (page) => {
    await press(page, "/", ..."ratings and adv");
    assert.equal(await text(page, "#found"), "1 letter found");
    assert.deepEqual(await texts(page, "#list .who"), ["Director of Ratings and Advisories"]);
    await press(page, "Escape", "/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search", "/ does not move to the search");
    await press(page, ..."quarrington");
    assert.equal(await text(page, "#found"), "1 letter found");
    await press(page, "ArrowDown");
    await atLetter(page, campaign.letters.length);

    // From the overview, only the letters found are printed.
    await press(page, "o");
    await page.locator("#cover").waitFor();
    assert.equal((await printed(page)).letters.length, 1);
    await press(page, "/", "Escape");
    assert.equal((await texts(page, "#list li")).length, campaign.letters.length, "Escape does not end the search");

    // A click opens a letter and moves the focus to it. Outside of the list an arrow does nothing.
    await page.locator("#list li:nth-child(2) a").click();
    await atLetter(page, 2);
    assert.equal(await page.evaluate(() => document.activeElement.id), "name");
    await press(page, "ArrowDown");
    assert.equal(await hash(page), "#letter-2");
  });
}
