// The pages that `publish` writes: accessibility, light and dark, narrow and wide, on paper, and without scripts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examine, script } from "./axe.mjs";
import { pageTest, picture } from "./browser.mjs";
import { site } from "./campaigns.mjs";

const address = site();
const pages = readdirSync(fileURLToPath(address)).filter((name) => name.endsWith(".html"));
assert(pages.length >= 2, `the site has ${pages}`);

for (const name of pages) {
  const url = `${address}/${name}`;
  for (const [width, height] of [[1280, 900], [390, 844], [320, 568]]) {
    for (const colorScheme of ["light", "dark"]) {
      const options = { colorScheme, viewport: { width, height }, isMobile: width < 500 };
      // axe runs in the page, past its policy.
      pageTest(`${name}: ${width} pixels, ${colorScheme}`, url, { ...options, script, bypassCSP: true }, async (page) => {
        await examine(page, name);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert(excess <= 0, `${excess} pixels too wide`);
        await picture(page, `${name.split(".")[0]}-${width}-${colorScheme}`, { fullPage: true });
        const [ink, paper] = await page.evaluate(() => {
          const { color, backgroundColor } = getComputedStyle(document.body);
          return [color, backgroundColor].map((colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
        });
        assert.equal(ink > paper, colorScheme === "dark", `the text has ${ink} of 765, the background ${paper}`);
      });
    }
  }

  pageTest(`${name}: without scripts everything can be read`, url, { javaScriptEnabled: false }, async (page) => {
    const text = await page.locator("main").innerText();
    assert(text.length > 1_500, `the page has ${text.length} characters`);
    assert.equal(await page.locator("button").filter({ visible: true }).count(), 0, "a button does nothing");
  });

  pageTest(`${name}: its policy allows its style`, url, {}, async (page) => {
    const [font, policies] = await page.evaluate(() => [getComputedStyle(document.querySelector("h1")).fontWeight,
      document.querySelectorAll("meta[http-equiv=Content-Security-Policy]").length]);
    assert.deepEqual([font, policies], ["700", 1], "the style sheet is not applied");
  });

  pageTest(`${name}: on paper`, url, {}, async (page) => {
    const pdf = await page.pdf({ format: "A4" });
    const sheets = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }).split("\f").slice(0, -1);
    assert(sheets.every((sheet) => sheet.trim()), "a sheet is blank");
    assert(!sheets.join().includes("Press release\n"), "the links between pages are printed");
  });
}

pageTest("the pages of a site are linked with each other", `${address}/${pages[0]}`, {}, async (page) => {
  const links = await page.locator("nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.deepEqual(links.toSorted(), pages.toSorted());
  assert.equal(await page.locator("nav [aria-current=page]").count(), 1);
});
