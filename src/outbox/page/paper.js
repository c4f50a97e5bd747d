// Prints letters, each as its recipient reads it, without anything of the review on its sheets.
// Browsers do not break a frame across sheets as they break text. So the HTML part is rebuilt from elements, attributes and
// styles that only set type, each letter in its own shadow tree, where no other letter's styles apply.

const SET = new Set(`a abbr address article aside b bdi bdo blockquote body br caption center cite code col colgroup dd del dfn div dl dt
  em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark ol p pre q s samp section small span strong sub sup
  table tbody td tfoot th thead time tr tt u ul var wbr`.split(/\s+/));
// The content of these elements is not text of the letter. Of other unknown elements, the content is kept.
const LEFT_OUT = new Set(`audio base canvas embed frame frameset head iframe link math meta noembed noframes noscript object option
  param script select source style svg template textarea title video`.split(/\s+/));
const ATTRIBUTES = new Set(`align border cellpadding cellspacing class colspan dir id lang reversed rowspan start type valign value
  width`.split(/\s+/));
// No text colour and no background: paper is white. Nothing that moves a text so that it covers another.
const STYLES = new RegExp(`^(border(-\\w+)*|box-sizing|break-\\w+|caption-side|clear|column-\\w+|direction|display|empty-cells|float|
  font(-\\w+)*|hyphens|letter-spacing|line-height|list-style-type|(margin|padding)(-\\w+)*|(min-|max-)?width|orphans|overflow-wrap|
  quotes|table-layout|tab-size|text-(align|align-last|combine-upright|decoration(-\\w+)*|indent|orientation|transform|wrap(-\\w+)*)|
  unicode-bidi|vertical-align|white-space(-\\w+)*|widows|word-(break|spacing)|writing-mode)$`.replace(/\s+/g, ""));
const NOT_ON_PAPER = /^(?!border-).*-color$|-image(-\w+)*$/;

const SHEET = `
  :host { display: flow-root; font: 11pt/1.42 Charter, "Bitstream Charter", "Iowan Old Style", Georgia, "Times New Roman", serif; }
  .the-letter, .the-letter > :only-child { margin: 0 !important; padding: 0 !important; max-width: none !important;
    width: auto !important; font-size: 11pt !important; line-height: 1.42 !important; }
  * { orphans: 3; widows: 3; overflow-wrap: break-word; max-width: 100%; }
  ul, ol { orphans: 1; widows: 1; }
  pre { white-space: pre-wrap; }
  h1, h2, h3, h4, h5, h6, .leads, hr, caption { break-after: avoid !important; }
  h1, h2, h3, h4, h5, h6, li, tr, img, figure, blockquote { break-inside: avoid; }
  ul + p, ol + p { break-before: avoid; }
  .plain span { display: block; unicode-bidi: plaintext; text-align: start; min-height: 1.42em; white-space: pre-wrap; }
`;

function sheetOf(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

const setting = (style) => [...style].flatMap((name) => {
  const value = style.getPropertyValue(name);
  const isKnown = STYLES.test(name) && !NOT_ON_PAPER.test(name) && !/[\w-]\(/.test(value.replace(/\b(calc|rgba?)\(/g, ""))
    && !(/^margin/.test(name) && value.includes("-"));
  return isKnown ? [`${name}:${value}${style.getPropertyPriority(name) && "!important"}`] : [];
}).join(";");

// Returns a letter's own rules, as the browser reads them. A sheet made like this imports nothing, so nothing is loaded.
function rulesOf(css) {
  const written = (rules) => [...rules].map((rule) => {
    if (rule instanceof CSSStyleRule) return /:host/.test(rule.selectorText) ? "" : `${rule.selectorText}{${setting(rule.style)}}`;
    const isKept = rule instanceof CSSMediaRule && !/color-scheme/.test(rule.media.mediaText);
    return isKept ? `@media ${rule.media.mediaText}{${written(rule.cssRules)}}` : "";
  }).join("\n");
  // Without this, the browser would warn in its console that it ignores imports.
  return written(sheetOf(css.replace(/@(import|charset)[^;]*;?/gi, "")).cssRules);
}

// Many elements have the same style, and many letters the same rules.
const remember = (work, known = new Map()) => (key, ...args) => {
  if (!known.has(key)) known.set(key, work(key, ...args));
  return known.get(key);
};
const styleOf = remember((text, element) => setting(element.style));
const ownSheet = remember((css) => sheetOf(rulesOf(css)));
// Created when it is needed: a browser that cannot create it still shows the letters.
const onPaper = remember(() => sheetOf(SHEET));

// Returns where a link leads, unless its text says so: nobody can follow it on paper.
function leadsTo(link) {
  const address = link.getAttribute("href") ?? "";
  if (!/^(https?|mailto|tel):/i.test(address)) return "";
  const short = address.replace(/^(mailto:|tel:|https?:[/][/](www\.)?)/i, "").replace(/[/]$/, "");
  return link.textContent.includes(short) || link.textContent.includes(address) ? "" : ` (${short})`;
}

function setAnew(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const name = node.localName;
  const isHtml = node.namespaceURI === "http\u003a//www.w3.org/1999/xhtml";
  if (!isHtml || LEFT_OUT.has(name)) return [];
  if (name === "img") return picture(node);
  const content = [...node.childNodes].flatMap(setAnew);
  if (!SET.has(name)) return content;
  const element = document.createElement(name === "a" ? "span" : name === "body" ? "div" : name);
  for (const { name, value } of node.attributes) if (ATTRIBUTES.has(name)) element.setAttribute(name, value);
  const style = node.hasAttribute("style") && styleOf(node.getAttribute("style"), node);
  if (style) element.setAttribute("style", style);
  element.append(...content, ...(name === "a" ? [leadsTo(node)] : []));
  // A greeting, or a line that introduces a list, is not separated from what follows at the foot of a sheet.
  if (name === "p" && node.nextElementSibling && node.textContent.length < 64) element.classList.add("leads");
  return [element];
}

// Returns a picture embedded in the letter; for any other, its alternative text.
function picture(node) {
  const source = node.getAttribute("src") ?? "";
  const alt = node.getAttribute("alt") ?? "";
  if (!/^data:image[/](png|jpeg|gif|webp);/i.test(source)) return alt ? [document.createTextNode(alt)] : [];
  const width = /^\d+$/.test(node.getAttribute("width") ?? "") ? { width: node.getAttribute("width") } : {};
  return [make("img", { src: source, alt, ...width, style: styleOf(node.getAttribute("style") ?? "", node) })];
}

function sheetsOf(letter) {
  const lines = linesOf(letters, letter);
  if (!lines) return make("article", null, make("p", { class: "absent" }, notHere(letter)));
  const mail = read(lines);
  const article = make("article");
  const root = article.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [onPaper()];
  if (mail.html === undefined) {
    root.append(make("div", { class: "the-letter plain" }, ...(mail.text ?? "").split("\n").map((line) => make("span", null, line))));
    return article;
  }
  const { body, documentElement, head } = new DOMParser().parseFromString(trusted.createHTML(mail.html), "text/html");
  withImages(documentElement, mail.images);
  const css = [...head.querySelectorAll("style"), ...body.querySelectorAll("style")].map((style) => style.textContent).join("\n");
  if (css) root.adoptedStyleSheets = [ownSheet(css), onPaper()];
  root.append(...setAnew(body));
  root.firstChild.classList.add("the-letter");
  for (const name of ["lang", "dir"]) {
    const value = documentElement.getAttribute(name);
    if (value && !root.firstChild.hasAttribute(name)) root.firstChild.setAttribute(name, value);
  }
  return article;
}

/* Prints the letter shown, or from the overview the selected range. */

// The number of letters to print at once by default: browsers lay out so many in seconds.
const AT_ONCE = 100;
// The number from which the browser is busy so long that the page warns.
const MANY = 200;

function chosen() {
  const from = Number($("paper-from").value) || 1, to = Number($("paper-to").value) || 0;
  const inRange = found.filter((index) => letters[index].number >= from && letters[index].number <= to);
  const here = inRange.filter((index) => isHere(letters[index]));
  return { here, absent: inRange.length - here.length };
}

function updatePaper() {
  const { here, absent } = chosen();
  const inRange = here.length + absent;
  $("paper-print").textContent = `Print ${several(here.length, "letter")}`;
  $("paper-print").disabled = !here.length;
  $("paper-note").textContent = [
    found.length < letters.length ? "Only letters that the search found."
      : inRange < letters.length ? `${inRange.toLocaleString("en")} of ${several(letters.length, "letter")}: choose the others by their numbers.` : "",
    here.length > MANY ? `So many letters can keep a browser busy for minutes without any progress shown: print about ${AT_ONCE} at a time.` : "",
    absent ? `${several(absent, "letter")} of this range cannot be printed from this page, because it has a size limit: print them from a mail program.` : "",
  ].filter(Boolean).join(" ");
}

function overviewSheets() {
  const overview = $("cover").cloneNode(true);
  overview.hidden = false;
  for (const element of [overview, ...overview.querySelectorAll("[id]")]) element.removeAttribute("id");
  for (const details of overview.querySelectorAll("details")) details.open = true;
  return overview;
}

addEventListener("beforeprint", () => {
  const indices = at < 0 ? chosen().here : [at];
  const isWithOverview = at < 0 && $("paper-overview").checked;
  $("print").replaceChildren(...(isWithOverview ? [overviewSheets()] : []), ...indices.map((index) => sheetsOf(letters[index])));
  // The browser prints the title at the head of each sheet, if at all, and names the PDF file after it.
  if (!isWithOverview) document.title = headOf(letters[indices[0]] ?? {}).subject || cover.title;
});
addEventListener("afterprint", () => {
  $("print").replaceChildren();
  document.title = TITLE;
});
