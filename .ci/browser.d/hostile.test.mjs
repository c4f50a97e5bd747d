// The HTML part of a hostile letter in the browser that `preview` opens: it runs nothing, loads nothing and opens no other page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pageTest } from "./browser.mjs";
import { hostile, PROGRAM } from "./campaigns.mjs";

// `preview` opens a browser only at a terminal, which `script` provides, and waits for Enter. This browser keeps the file.
const { folder } = hostile();
const opener = join(folder, "opener"), part = join(folder, "part.html"), url = pathToFileURL(part).href;
writeFileSync(opener, `#!/bin/sh\ncp "$1" "${part}"\n`, { mode: 0o755 });
const command = `'${PROGRAM}' -C '${folder}' preview 5 --part html`;
execFileSync("script", ["-qefc", command, "/dev/null"], { env: { ...process.env, BROWSER: opener }, input: "\n", timeout: 20_000 });

pageTest("a hostile letter runs and loads nothing in the browser that preview opens", url, { isHostile: true }, async (page) => {
  // Time for a refresh or a script to do something.
  await page.waitForTimeout(1000);
  for (const selector of ["a[href^='javascript']", "svg a"]) await page.locator(selector).first().dispatchEvent("click");
  const [title, address, length] = await page.evaluate(() => [document.title, location.href, document.body.innerText.length]);
  assert.deepEqual([title, address], ["x", url]);
  assert(length > 500, `the letter has ${length} characters`);
});
