// The page of 2,000 letters: its size, its speed, and what it says about letters that it leaves out.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { open, pageTest } from "./browser.mjs";
import { large } from "./campaigns.mjs";
import { printed } from "./paper.mjs";
import { atLetter, text, texts, verified } from "./review.mjs";

const campaign = large();

pageTest("the page of 2,000 letters is small and opens fast", campaign.page, {}, async (page, context) => {
  const bytes = statSync(join(campaign.outbox, "review.html")).size;
  assert(bytes < 5_000_000, `the page has ${bytes} bytes`);
  // The processor time of the page's main thread. Unlike the time on the clock, it does not depend on what else runs.
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const used = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value;
  const before = await used();
  await open(page, `${campaign.page}#letter-2000`);
  await atLetter(page, 2000);
  await verified(page);
  const seconds = (await used() - before).toFixed(2);
  assert(seconds < 2, `the page takes ${seconds} s to open`);
  context.diagnostic(`the page of ${campaign.letters.length} letters has ${bytes} bytes and takes ${seconds} s to open`);
});

pageTest("many findings of one kind are one line that names their rows", campaign.page, {}, async (page) => {
  const findings = await texts(page, "#findings > li");
  assert(findings.length < 10, `${findings.length} findings are shown`);
  const left = findings.filter((finding) => finding.includes("signatories.csv"));
  assert(left.length, `no finding is about the signatories: ${findings.join(" | ")}`);
});

pageTest("a letter that does not fit is listed, and the page says where it is", campaign.page, {}, async (page) => {
  const absent = await text(page, "#absent");
  for (const part of ["1 letter of these is listed but not shown", "number 1999.", "letters/"]) assert(absent.includes(part), absent);
  await open(page, `${campaign.page}#letter-1999`);
  await atLetter(page, 1999);
  const envelope = await text(page, "#envelope");
  assert(envelope.includes("Alder Street Coalition <letters@") && envelope.includes("No1998 "), envelope);
  assert((await text(page, "#panel")).includes("not on this page"));
});

pageTest("100 letters are printed at once, unless more are chosen", campaign.page, {}, async (page, context) => {
  assert((await text(page, "#paper-note")).includes("100 of 2,000 letters"));
  assert.equal(await text(page, "#paper-print"), "Print 100 letters");
  await page.locator("#paper-to").fill("8");
  const start = performance.now();
  assert.equal((await printed(page)).letters.length, 8);
  context.diagnostic(`8 letters are printed in ${Math.round(performance.now() - start)} ms`);
  await page.locator("#paper-to").fill("2000");
  const note = await text(page, "#paper-note");
  assert(note.includes("busy for minutes") && note.includes("1 letter of this range cannot be printed"), note);
});
