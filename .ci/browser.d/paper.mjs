// Prints a page to PDF and finds the letters in it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

// Every letter of the sample begins with this line.
export const LETTERHEAD = "212 Alder Street";

/** Prints the page; returns its sheets as texts, and for each letter its sheets as lists of lines. */
export async function printed(page, { format = "A4", picture } = {}) {
  const pdf = await page.pdf({ format });
  const sheets = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }).split("\f").slice(0, -1);
  if (picture && process.env.PICTURES) {
    execFileSync("pdftoppm", ["-r", "60", "-png", "-l", "8", "-", join(process.env.PICTURES, picture)], { input: pdf });
  }
  const letters = [];
  for (const sheet of sheets) {
    const lines = sheet.split("\n").map((line) => line.trim()).filter(Boolean);
    assert(lines.length, "a sheet is blank");
    const heads = lines.flatMap((line, rank) => line.startsWith(LETTERHEAD) ? [rank] : []);
    assert(heads.length < 2 && !(heads[0] >= 4), `a letter begins at lines ${heads} of a sheet, not at its top`);
    if (heads.length) letters.push([]);
    letters.at(-1)?.push(lines);
  }
  return { sheets, letters };
}
