// The campaigns under test: the sample, one with hostile texts, and one with 2,000 recipients.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { require } from "./browser.mjs";

const Papa = require("papaparse");

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const PROGRAM = process.env.PROGRAM ?? join(ROOT, "target/release/openletter");

function rows(path) {
  return Papa.parse(readFileSync(path, "utf8"), { header: true, skipEmptyLines: true }).data;
}

function replace(path, pattern, text) {
  writeFileSync(path, readFileSync(path, "utf8").replace(pattern, () => text));
}

/** Copies the sample, changes the copy and writes its letters. `.ci/browser` removes the folder. */
function campaign(name, change = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  for (const file of ["campaign.toml", "signatories.csv", "recipients.csv", "templates", "attachments", "images"]) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  change(folder);
  execFileSync(PROGRAM, ["-C", folder, "write"], { stdio: "pipe" });
  const outbox = join(folder, "outbox");
  const letters = rows(join(outbox, "manifest.csv")).filter(({ kind }) => kind === "letter");
  const page = pathToFileURL(join(outbox, "review.html")).href;
  return { name, folder, outbox, letters, page, options: { isHostile: name === "hostile" } };
}

/** Writes the HTML part of a letter to a file, and returns its address. */
export function htmlPart({ folder }, number) {
  const path = join(folder, `${number}.html`);
  const html = execFileSync(PROGRAM, ["-C", folder, "preview", number, "--part", "html"], { stdio: "pipe" }).toString();
  // The sample has one image, which mail programs find in the message.
  const image = () => `src="data:image/png;base64,${readFileSync(join(folder, "images/logo.png")).toString("base64")}"`;
  writeFileSync(path, html.replaceAll(/src="cid:[^"]*"/g, image));
  return pathToFileURL(path).href;
}

export const sample = () => campaign("sample");

function publish(campaign, siblings) {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  execFileSync(PROGRAM, ["-C", join(ROOT, campaign), "publish", join(folder, "site"), ...siblings], { stdio: "pipe" });
  return pathToFileURL(join(folder, "site")).href;
}

/** Publishes the sample with its sibling campaigns; returns the address of the site's folder. */
export const site = () =>
  publish(".", ["press", "action"].flatMap((name) => ["--with", join(ROOT, "examples", name)]));

/** Publishes the sample with the record of its letters, of which some are answered; returns the address of the page. */
export async function recordPage() {
  const { folder, letters } = campaign("record");
  const run = (...words) => execFileSync(PROGRAM, ["-C", folder, ...words], { stdio: "pipe" });
  const relay = spawn(process.execPath, [fileURLToPath(new URL("relay.mjs", import.meta.url))], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = await once(relay.stdout, "data");
    replace(join(folder, "campaign.toml"), /\n\[relay\][^]*/, `\n[relay]\nhost = "127.0.0.1"\nport = ${port}\ntls = "none"\n`);
    run("write", "--force");
    run("approve", "--by", "Ada Example");
    run("send", "--yes");
  } finally {
    relay.kill();
  }
  for (const [rank, kind] of ["reply", "acknowledged", "refused", "bounced"].entries()) run("answer", letters[rank].id, "--kind", kind);
  run("publish", join(folder, "site"), "--record");
  return pathToFileURL(join(folder, "site/record.html")).href;
}

/** Publishes a page where others write themselves. */
export const actionSite = () => publish("tests/campaigns/supporters", []);

const HOSTILE = [
  "</script><script>document.title='run'</script><!--<script>",
  "<img src=https://evil.example/x onerror=alert(1)>",
  "javascript:alert(1) </iframe></pre><svg onload=alert(2)>",
  "<style>@import url(https://evil.example/x);*{background:url(//evil.example/y)}</style>",
  "<link rel=preconnect href=https://evil.example><meta http-equiv=refresh content='0;url=https://evil.example'>",
  " <![CDATA[ ]]> %data% %script% {{7*7}} &lt;script&gt; &#60;img&#62;",
];

// A campaign's own layout may contain anything but what it would load, which `write` refuses.
const LAYOUT = `<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title>
</head><body onload='document.title=1'><div>{{{body}}}</div>
<script>parent.document.title='run'</script><iframe srcdoc='<script>parent.document.title=1</script>'></iframe>
<a href='javascript:alert(3)' ping=https://evil.example>link</a><form action=https://evil.example><input></form>
<svg><a xlink:href='#' href='javascript:alert(4)'><text>x</text></a></svg></body></html>`;

/** A campaign whose texts try to run or load something. */
export const hostile = () => campaign("hostile", (folder) => {
  const path = join(folder, "recipients.csv");
  writeFileSync(path, Papa.unparse(rows(path).map((row, rank) => ({ ...row, cover: HOSTILE[rank % HOSTILE.length] }))));
  replace(join(folder, "campaign.toml"), /^title = .*$/m, `title = """${HOSTILE[0].replaceAll("'", "")}${HOSTILE[1]}"""`);
  writeFileSync(join(folder, "templates/layout.html.hbs"), LAYOUT);
});

/** 2,000 recipients, one with a letter too long for the page, and 40 signatories whose consent is pending. */
export const large = () => campaign("large", (folder) => {
  const recipients = join(folder, "recipients.csv"), signatories = join(folder, "signatories.csv");
  const few = rows(recipients).slice(0, 7);
  writeFileSync(recipients, Papa.unparse(Array.from({ length: 2000 }, (_, number) => {
    const row = few[number % few.length];
    const cover = number === 1998 ? "word ".repeat(60_000) : row.cover;
    return { ...row, id: `${row.id}-${number}`, email: `${number}.${row.email}`, given_name: `No${number}`, cover };
  })));
  const people = rows(signatories), { category } = people.at(-1);
  const shouted = Array.from({ length: 40 }, (_, number) => {
    const [first, second] = [number / 26, number % 26].map((letter) => String.fromCharCode(65 + letter));
    const name = `UNDECIDRA Q${first}${second}XWORTH`;
    return { id: `u${number}`, name, category, consent: "given", display: "full" };
  });
  appendFileSync(signatories, Papa.unparse(shouted, { columns: Object.keys(people[0]), header: false }));
  replace(join(folder, "campaign.toml"), "expect = 10", "expect = 2000");
});
