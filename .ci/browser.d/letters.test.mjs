// Every letter in every view: the bytes of its file, in a frame that runs nothing, with marks where it differs from the first.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pageTest, picture, press } from "./browser.mjs";
import { hostile, sample } from "./campaigns.mjs";
import { atLetter, framed, namesComeFirst, text, texts, verified } from "./review.mjs";

const campaigns = [sample(), hostile()];

for (const campaign of campaigns) {
  const { letters, outbox } = campaign;

  pageTest(`${campaign.name}: the overview lists all letters and their digest`, campaign.page, campaign.options, async (page) => {
    await picture(page, `${campaign.name}-overview`);
    assert.deepEqual(await texts(page, "#list .where"), letters.map((letter) => letter.envelope_to));
    const rows = readFileSync(join(outbox, "manifest.csv"), "utf8").split("\npage,")[0];
    assert.equal(await text(page, "#digest"), `sha256:${createHash("sha256").update(`${rows}\n`).digest("hex")}`);
    await namesComeFirst(page, "#roll li");
    assert.match(await page.title(), /letters to review$/);
  });

  pageTest(`${campaign.name}: each view shows the letter's bytes`, `${campaign.page}#letter-1`, campaign.options, async (page) => {
    for (const { number, file, message_id } of letters) {
      const hasMarks = number !== "1";
      await atLetter(page, number);
      await verified(page);
      await framed(page);
      const { shown, ...frame } = await page.evaluate(() => {
        const frame = document.querySelector("#panel iframe"), inside = frame.contentDocument;
        return { sandbox: frame.getAttribute("sandbox"), scripts: inside.scripts.length, shown: inside.body.innerText,
          isWhole: inside.documentElement.scrollHeight <= frame.clientHeight,
          hasMarks: inside.querySelectorAll("mark, [aria-description]").length > 0 };
      });
      assert.deepEqual(frame, { sandbox: "allow-same-origin", scripts: 0, isWhole: true, hasMarks }, `the frame of letter ${number}`);
      assert(shown.length > 1000, `letter ${number} is cut short: ${shown}`);
      if (number === "9") await picture(page, `${campaign.name}-letter`);
      for (const [key, sign] of [["2", number === "6" ? "Sehr geehrte " : "Dear "], ["3", message_id], ["4", "Content-Transfer-Encoding"]]) {
        await press(page, key);
        const view = await text(page, "#panel");
        assert(view.includes(sign), `view ${key} of letter ${number} lacks ${sign}: ${view}`);
        if (key === "2") await namesComeFirst(page, "#panel pre span");
        if (key === "2") assert.equal(await page.locator("#panel mark").count() > 0, hasMarks, `marks in the text of letter ${number}`);
        if (number === "9") await picture(page, `${campaign.name}-view-${key}`);
      }
      const source = await page.evaluate(() => linesOf(letters, letters[at]).join("\r\n"));
      assert(Buffer.from(source).equals(readFileSync(join(outbox, "letters", file))), `${file} has other bytes`);
      await press(page, "1", "j");
    }
    await press(page, "2", "m");
    assert.equal(await page.locator("#panel mark").count(), 0, "m does not remove the marks");
  });
}

pageTest("differences from another letter are marked in the HTML", campaigns[0].page, {}, async (page) => {
  const { notes, marks, boxes } = await page.evaluate(() => {
    const html = (rank) => inert(read(linesOf(letters, letters[rank])).html).doc;
    const doc = html(1);
    markIn(doc, blocksOf(html(8)).map(({ key }) => key), 9);
    const texts = (selector) => [...doc.querySelectorAll(selector)].map((element) => element.textContent);
    return { notes: texts("[role=note]"), marks: texts("mark"), boxes: texts("[aria-description]") };
  });
  assert.equal(notes.length, 1);
  assert.match(notes[0], /^Not here, but in letter 9: “This letter goes on/);
  assert(marks.includes("Mr. Halvor Brandvold") && marks.includes("Mr. Brandvold:"), `marked: ${marks}`);
  assert.deepEqual(boxes, ["Sincerely,"]);
});
