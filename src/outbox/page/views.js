// Shows the views of a letter.
// Text of a campaign becomes text, or the document of a frame without scripts; it must never become markup of this page.
const $ = (id) => document.getElementById(id);
const { letters, cover } = JSON.parse($("outbox").textContent);
const policy = { createHTML: (html) => html };
const trusted = window.trustedTypes ? window.trustedTypes.createPolicy("letter", policy) : policy;

/* Elements. */

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const facts = (pairs) => pairs.flatMap(([name, value]) => [make("dt", null, name), make("dd", null, value)]);
const several = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/* The views of a letter. */

// Returns what a mail program shows above a letter. The data has this even for letters that are not on the page.
function headOf(letter) {
  const lines = linesOf(letters, letter);
  const fields = lines ? fieldsOf(lines) : [["To", letter.to_field ?? ""], ["From", letter.from_field ?? ""]];
  const header = (name) => words(field(fields, name)).replace(/\s+/g, " ");
  return { to: header("to"), from: header("from"), subject: letter.subject ?? header("subject") };
}
const notHere = (letter) => `This letter is not on this page, because the page has a size limit: open letters/${letter.file} in a mail program.`;

// Shows the letter's own images: nothing else can be loaded here.
function withImages(doc, images) {
  for (const image of doc.querySelectorAll("[src^='cid:']")) {
    const data = images.find(([id]) => id === image.getAttribute("src"))?.[1];
    if (data) image.setAttribute("src", data);
  }
}

function inert(html, images = []) {
  const doc = new DOMParser().parseFromString(trusted.createHTML(html), "text/html");
  // The frame runs no script and loads nothing; mail programs also remove these.
  doc.querySelectorAll("script,link,base,iframe,frame,object,embed,meta[http-equiv]").forEach((element) => element.remove());
  withImages(doc, images);
  const links = [];
  for (const link of doc.querySelectorAll("a,area")) {
    // Links cannot be followed here: their addresses are listed under the letter.
    for (const { name, value } of [...link.attributes].filter(({ name }) => /href$|^ping$|^target$/i.test(name))) {
      if (/href$/i.test(name)) {
        links.push([link.textContent.trim(), value]);
        link.title = value;
      }
      link.removeAttribute(name);
    }
    link.setAttribute("href", "#");
  }
  return { doc, links };
}

const isHere = (letter) => Boolean(letter.lines ?? letter.edits);
const first = letters.findIndex(isHere);
const marks = (letter) => $("mark").checked && letters[first] !== letter && isHere(letter);

function pre(text, base) {
  const lines = text.split("\n");
  const told = base === null ? lines.map((text) => ({ text, isNew: false, gone: [] })) : compare(base.split("\n"), lines);
  const shown = told.flatMap(({ text, isNew, gone }) => [
    ...(gone.length ? [make("span", { class: "gone", role: "note" }, `${several(gone.length, "line")} of letter ${letters[first].number} not here`)] : []),
    ...(text === null ? [] : [make(isNew ? "mark" : "span", null, text)]),
  ]);
  return make("pre", null, ...shown);
}

function frame(html, base, images) {
  const { doc, links } = inert(html, images);
  const known = base === null ? null : blocksOf(inert(base).doc).map(({ key }) => key);
  const view = make("iframe", { sandbox: "allow-same-origin", title: "The letter as a mail program shows it" });
  const fit = () => {
    const root = view.contentDocument?.documentElement;
    if (root) view.style.height = `${Math.ceil(root.getBoundingClientRect().height) + 4}px`;
  };
  view.addEventListener("load", () => {
    if (!view.contentDocument) return;
    if (known) markIn(view.contentDocument, known, letters[first].number);
    view.contentDocument.addEventListener("keydown", keys);
    view.contentDocument.addEventListener("click", (event) => event.preventDefault());
    fit();
    new ResizeObserver(fit).observe(view);
  });
  view.srcdoc = trusted.createHTML(`<!DOCTYPE html>${doc.documentElement.outerHTML}`);
  if (!links.length) return [view];
  const unique = [...new Map(links.map((link) => [link.join(" "), link])).values()];
  const items = unique.map(([text, href]) => make("li", null, `${text} → `, make("code", null, href)));
  return [view, make("div", { class: "links" }, "Links in this letter:", make("ul", null, ...items))];
}

function table(letter, mail, base) {
  const known = base && new Set(base.fields.map((pair) => pair.join(":")));
  const rows = mail.fields.map(([name, value]) => {
    const isNew = known && !known.has(`${name}:${value}`);
    return make("tr", null, make("th", { scope: "row" }, name), make("td", null, isNew ? make("mark", null, words(value)) : words(value)));
  });
  for (const file of mail.attached) {
    rows.push(make("tr", null, make("th", { scope: "row" }, "Attachment"), make("td", null, file)));
  }
  return make("table", { "aria-label": "Headers of the letter" }, make("tbody", null, ...rows));
}

const VIEWS = {
  html(letter, mail, base) {
    if (mail.html === undefined) return VIEWS.text(letter, mail, base);
    return frame(mail.html, base?.html ?? null, mail.images);
  },
  text: (letter, mail, base) => [mail.text === undefined
    ? make("p", { class: "absent" }, "This letter has no text part.") : pre(mail.text, base?.text ?? null)],
  headers: (letter, mail, base) => [table(letter, mail, base)],
  source: (letter, mail, base) => [pre(linesOf(letters, letter).join("\n"), base ? linesOf(letters, letters[first]).join("\n") : null)],
};

async function prove(letter) {
  if (letter.omitted) {
    return `The content of ${letter.omitted.join(", ")} is not on this page; the overview lists the digest of each file. All else is that file.`;
  }
  const bytes = new TextEncoder().encode(linesOf(letters, letter).join("\r\n"));
  const digest = await window.crypto?.subtle?.digest("SHA-256", bytes).catch(() => undefined);
  if (!digest) return "";
  const hex = [...new Uint8Array(digest)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return hex === letter.sha256 ? "What is shown here is that file, byte for byte."
    : "Caution: what is shown here is not the file that the manifest names. Write the outbox again.";
}

