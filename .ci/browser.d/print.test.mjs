// The letters on paper: each on separate sheets, as its recipient reads it, without the review's controls.

import assert from "node:assert/strict";
import { open, pageTest } from "./browser.mjs";
import { hostile, sample } from "./campaigns.mjs";
import { LETTERHEAD, printed } from "./paper.mjs";

const campaigns = [sample(), hostile()];

// These lines introduce something and must not be the last line of a sheet.
const LEADS = /^(The signatories|Survivors|Service providers|Campaigners|We ask Northlight|Wir fordern|Dear |Sehr geehrte|Sincerely|Mit freundlichen|Yours|Respectfully)/;
// These belong to the review or to the source.
const NOT_IN_PRINT = ["sha256", "bounces@", "Letter 1 of", "okafor-ceo", "*Alder", "*Re:", "<https", "_and ", ".eml", "Not here, but"];

for (const campaign of campaigns) {
  pageTest(`${campaign.name}: the overview and all letters on paper`, campaign.page, campaign.options, async (page) => {
    for (const format of ["A4", "Letter"]) {
      const { sheets, letters } = await printed(page, { format, picture: `${campaign.name}-${format}` });
      assert.match(sheets[0].replaceAll("\n", ""), /sha256:[0-9a-f]{64}/, "the overview is not first");
      assert.equal(letters.length, campaign.letters.length);
      for (const [rank, lines] of letters.entries()) {
        const all = lines.flat().join("\n");
        assert.equal(all.match(/^(Dear |Sehr geehrte)/gm)?.length, 1, `letter ${rank + 1} shares a sheet with another`);
        assert.deepEqual(NOT_IN_PRINT.filter((sign) => all.includes(sign)), [], `letter ${rank + 1} shows what is not in it`);
        assert.deepEqual(lines.map((sheet) => sheet.at(-1)).filter((line) => LEADS.test(line)), [], "these lines end a sheet");
        assert(all.includes("The President, Open Council on Screen Standards"), `letter ${rank + 1} is cut: ${lines.at(-1)}`);
      }
    }
  });

  pageTest(`${campaign.name}: print contains text only, with names at the left`, campaign.page, campaign.options, async (page) => {
    const { places, title, active } = await page.evaluate(() => {
      dispatchEvent(new Event("beforeprint"));
      const roots = [...document.querySelectorAll("#print article")].map((article) => article.shadowRoot);
      const active = roots.flatMap((root) => [...root.querySelectorAll("*")]).filter((element) =>
        /^(script|style|link|iframe|object|embed|svg|form|input|meta|base|a)$/.test(element.localName)
        || [...element.attributes].some(({ name, value }) =>
          (/^on|href|src|action|ping|background/.test(name) || /url[(]|position/.test(value))
          // An image of the letter is in the page itself.
          && !(name === "src" && value.startsWith("data:image/png;base64,"))));
      document.getElementById("print").style.display = "block";
      const places = roots.flatMap((root) => [...root.querySelectorAll("li b")]).map((name) =>
        name.getBoundingClientRect().left - name.parentElement.getBoundingClientRect().left);
      return { places, title: document.title, active: active.map((element) => element.outerHTML) };
    });
    assert(places.length >= 30 * campaign.letters.length, `only ${places.length} names`);
    assert.deepEqual(places.filter((place) => Math.abs(place) >= 1), []);
    assert.match(title, /letters to review$/);
    assert.deepEqual(active, []);
  });

  pageTest(`${campaign.name}: a range of letters and a single letter`, campaign.page, campaign.options, async (page) => {
    await page.locator("#paper-overview").uncheck();
    await page.locator("#paper-from").fill("2");
    await page.locator("#paper-to").fill("3");
    assert.equal(await page.locator("#paper-print").textContent(), "Print 2 letters");
    const range = await printed(page);
    assert.equal(range.letters.length, 2);
    assert(range.sheets[0].includes(LETTERHEAD), "the overview is printed though it is not chosen");
    await open(page, `${campaign.page}#letter-2`);
    const single = await printed(page);
    assert.equal(single.letters.length, 1);
    assert(single.sheets[0].includes(LETTERHEAD), "something comes before the letter");
    assert.equal(await page.locator("#print *").count(), 0, "the printed letter stays on the page");
  });
}

// What a letter's HTML can contain.
const NASTY = `<!DOCTYPE html><html lang=en><head><style>@import url(https://evil.example/a);:host{display:none}
@font-face{font-family:x;src:url(https://evil.example/b)}
p{position:fixed;background:url(https://evil.example/c);margin-top:-900px;padding-left:3px;font-family:x}</style></head>
<body onload=alert(1)><p style="position:fixed;font-weight:bold;background:url(https://evil.example/d);
list-style:url(https://evil.example/e);margin:-9px" onclick=alert(2) id=print>kept</p>
<a href="javascript:alert(3)" ping=https://evil.example>link</a> <a href="https://www.real.example/a/">words</a>
<img src=https://evil.example/f onerror=alert(4) alt=picture><svg onload=alert(5)><style>*{display:none}</style><a>svg</a></svg>
<math><mtext>math</mtext></math><form action=https://evil.example><button formaction=javascript:alert(6)>button</button>
<input value=no></form><iframe srcdoc="<script>alert(7)</script>"></iframe>
<template shadowrootmode=open><script>alert(8)</script></template><x-y onclick=alert(9)>unknown</x-y>
<table background=https://evil.example/g><tr><td>cell</table><noscript><p>no</noscript></body></html>`;

pageTest("hostile HTML is printed as text", campaigns[1].page, campaigns[1].options, async (page) => {
  const [html, rules] = await page.evaluate((lines) => {
    const root = sheetsOf({ lines }).shadowRoot;
    return [root.innerHTML, [...root.adoptedStyleSheets[0].cssRules].map((rule) => rule.cssText).join(" ")];
  }, ["Content-Type: text/html; charset=utf-8", "", ...NASTY.split("\n")]);
  assert.doesNotMatch(html + rules, /evil|javascript|alert|position|fixed|url\(/);
  assert.doesNotMatch(html, /<(a|img|svg|style|script|form|button|input|iframe|template|x-y)\b/);
  for (const sign of ['style="font-weight:bold', "kept", "link", "words (real.example/a)", "picture", "button", "unknown", "cell"]) {
    assert(html.includes(sign), `without ${sign}: ${html}`);
  }
  assert(!html.includes("math"), html);
  assert(rules.includes("padding-left: 3px") && !rules.includes(":host"), rules);
});
