// The pages that `publish` writes: accessibility, light and dark, narrow and wide, on paper, and without scripts.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examine, script } from "./axe.mjs";
import { pageTest, picture } from "./browser.mjs";
import { actionSite, recordPage, site } from "./campaigns.mjs";

const address = site();
const pages = readdirSync(fileURLToPath(address)).filter((name) => name.endsWith(".html"));
assert(pages.length >= 2, `the site has ${pages}`);
const action = `${actionSite()}/act.html`;
const record = await recordPage();

for (const url of [...pages.map((name) => `${address}/${name}`), action, record]) {
  const name = url.split("/").at(-1);
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
    assert(text.length > (url === action || url === record ? 400 : 1_500), `the page has ${text.length} characters`);
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

pageTest("the record is a table with a heading for each column and each row", record, {}, async (page) => {
  assert.deepEqual(await page.getByRole("columnheader").allInnerTexts(), ["To", "Sent", "Answer"]);
  assert.equal(await page.getByRole("rowheader").count(), 10);
  const answers = await page.getByRole("row").filter({ has: page.getByRole("rowheader") }).evaluateAll((rows) =>
    rows.map((row) => row.cells[2].firstChild.textContent));
  assert.deepEqual(answers.slice(0, 5), ["Answered", "Receipt confirmed", "Declined", "Undeliverable", "None so far"]);
});

pageTest("the buttons copy the texts", action, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const [buttons, texts] = [await page.locator("button").all(), await page.locator(".text").all()];
  assert(buttons.length >= 2 && buttons.length === texts.length);
  for (const [rank, button] of buttons.entries()) {
    await button.click();
    const [copied, shown] = await Promise.all([page.evaluate(() => navigator.clipboard.readText()), texts[rank].textContent()]);
    assert.equal(copied, shown);
    assert.equal(await page.locator("[role=status]").nth(rank).innerText(), "Copied");
  }
  // Where there is no clipboard, the text is selected and copied.
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("no")); });
  await buttons.at(-1).click();
  const [selected, shown] = [await page.evaluate(() => String(getSelection())), await texts.at(-1).innerText()];
  assert.equal(selected.trim(), shown.trim());
});

pageTest("a link opens a message with the text", action, {}, async (page) => {
  const links = await page.locator("a.button").evaluateAll((all) => all.map((link) => link.href));
  const texts = await page.locator(".text").evaluateAll((all) => all.map((text) => text.textContent));
  assert.equal(links.length, texts.length);
  for (const [rank, link] of links.entries()) {
    const url = new URL(link);
    assert(link.length <= 2_000 && url.protocol === "mailto:", link);
    assert.equal(decodeURIComponent(url.search.split("body=")[1]).replaceAll("\r\n", "\n"), texts[rank]);
  }
});
