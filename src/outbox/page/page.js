// Runs the review page: the list of letters, one of them or the overview, and keys.

/* Shows one letter, or the overview. */

let at = -1, view = "html", found = letters.map((_, index) => index);

function say(text) {
  $("announcement").textContent = text;
}

function choose(name) {
  view = name;
  for (const tab of $("tabs").children) {
    const isChosen = tab.id === `tab-${view}`;
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
  }
  $("panel").setAttribute("aria-labelledby", `tab-${view}`);
  draw();
}

function draw() {
  const letter = letters[at];
  if (!letter) return;
  const lines = linesOf(letters, letter);
  $("tabs").hidden = !lines;
  $("marking").hidden = !lines || at === first || first < 0;
  $("proof").textContent = `letters/${letter.file} · ${several(letter.octets, "octet")} · sha256:${letter.sha256}`;
  if (!lines) {
    $("panel").replaceChildren(make("p", { class: "absent" }, notHere(letter)));
    return;
  }
  const base = marks(letter) ? read(linesOf(letters, letters[first])) : null;
  $("panel").replaceChildren(...VIEWS[view](letter, read(lines), base));
  prove(letter).then((words) => letter === letters[at] && $("proof").append(make("br"), words));
}

function envelopeOf(letter) {
  const { to, from, subject } = headOf(letter);
  return [["To", to], ["From", from], ["Subject", subject], ["Envelope", `from ${letter.from} to ${letter.to}`], ["Id", letter.id]];
}

function show(index, focus) {
  at = index;
  const letter = letters[at];
  document.body.dataset.at = letter ? "letter" : location.hash === "#letters" ? "letters" : "overview";
  $("cover").hidden = Boolean(letter);
  $("letter").hidden = !letter;
  document.querySelector("nav [aria-current]")?.removeAttribute("aria-current");
  const entry = letter ? $("list").children[at].firstChild : $("to-overview");
  entry.setAttribute("aria-current", "page");
  if (letter) {
    entry.scrollIntoView({ block: "nearest" });
    $("name").textContent = `Letter ${letter.number}: ${whoOf[at]}`;
    $("envelope").replaceChildren(...facts(envelopeOf(letter)));
    for (const [id, step] of [["previous", -1], ["next", 1]]) {
      const other = letters[neighbour(step)];
      if (other && other !== letter) $(id).href = `#letter-${other.number}`;
      else $(id).removeAttribute("href");
    }
    draw();
    say(`Letter ${letter.number} of ${letters.length}: ${whoOf[at]}`);
  }
  // A narrow page shows only the list.
  if (focus) $(letter ? "name" : $("all").offsetHeight ? "all" : "title").focus({ preventScroll: true });
  if (focus || focus === undefined) window.scrollTo(0, 0);
}

// Returns the letter that many steps away among those found.
function neighbour(step) {
  const rank = found.indexOf(at);
  const next = rank < 0 ? (step > 0 ? found.findIndex((index) => index > at) : found.findLastIndex((index) => index < at)) : rank + step;
  return found[Math.max(0, Math.min(found.length - 1, next))] ?? at;
}

function go(index, focusList) {
  if (index < 0) return;
  history.replaceState(null, "", `#letter-${letters[index].number}`);
  show(index);
  if (focusList) $("list").children[index].firstChild.focus();
}

function follow(focus) {
  const number = Number(/^#letter-(\d+)$/.exec(location.hash)?.[1]);
  show(letters.findIndex((letter) => letter.number === number), focus);
}

/* The list. */

const heads = letters.map(headOf);
const titleOf = (letter) => cover.titles[letter.number - 1] ?? "";
const nameIn = (field) => field.replace(/\s*<?[^<\s]*@[^>\s]*>?$/, "").replace(/^"(.*)"$/, "$1").trim();
// A recipient without a name is shown by title.
const whoOf = letters.map((letter, index) => nameIn(heads[index].to) || titleOf(letter) || letter.to);
// Each supporter writes in their own name.
const haveWriters = new Set(heads.map(({ from }) => from)).size > 1;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const haystack = letters.map((letter, index) => plain(
  [letter.number, letter.id, letter.to, whoOf[index], titleOf(letter), heads[index].subject, haveWriters ? heads[index].from : ""].join(" ")));

function search() {
  const wanted = plain($("search").value).split(/\s+/).filter(Boolean);
  found = [];
  [...$("list").children].forEach((item, index) => {
    item.hidden = !wanted.every((word) => haystack[index].includes(word));
    if (!item.hidden) found.push(index);
  });
  $("found").textContent = wanted.length ? `${several(found.length, "letter")} found` : "";
  updatePaper();
}

$("list").append(...letters.map((letter, index) => make("li", null, make("a", { href: `#letter-${letter.number}` },
  make("span", { class: "number" }, String(letter.number)), make("span", { class: "who", dir: "auto" }, whoOf[index]),
  make("span", { class: "where" }, letter.to),
  ...(haveWriters ? [make("span", { class: "where", dir: "auto" }, `from ${nameIn(heads[index].from)}`)] : []),
  ...(isHere(letter) ? [] : [make("span", { class: "lacks" }, "not on this page")])))));

/* The overview. */

const TITLE = `${cover.title} – letters to review`;
document.title = TITLE;
$("campaign").textContent = `${cover.organisation} · review`;
$("size").textContent = several(cover.letters, "letter");
$("title").textContent = cover.title;
$("first").textContent = String(letters[first]?.number ?? "");
const domains = new Map();
for (const { to } of letters) domains.set(to.split("@").pop(), (domains.get(to.split("@").pop()) ?? 0) + 1);
// 3, 5 to 9
function ranges(numbers) {
  const runs = [];
  for (const number of numbers) {
    if (runs.at(-1)?.[1] === number - 1) runs.at(-1)[1] = number;
    else runs.push([number, number]);
  }
  const shown = runs.slice(0, 12).map(([from, to]) => from === to ? from : `${from} to ${to}`);
  return `${numbers.length === 1 ? "number" : "numbers"} ${shown.join(", ")}${runs.length > shown.length ? " and others" : ""}`;
}
const busiest = [...domains].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([domain, n]) => `${domain} (${n})`).join(", ");
const unlisted = cover.letters - letters.length;
const absent = letters.filter((letter) => !isHere(letter));
$("lead").textContent = `${several(cover.letters, "letter")} to ${several(domains.size, "domain")}: ${busiest}${domains.size > 5 ? " …" : ""}.`;
$("absent").textContent = [
  absent.length ? `${several(absent.length, "letter")} of these ${absent.length === 1 ? "is" : "are"} listed but not shown, because the page has a size limit: `
    + `${ranges(absent.map(({ number }) => number))}.` : "",
  unlisted ? `Letters ${letters.length + 1} to ${cover.letters} are not listed.` : "",
  absent.length || unlisted ? "They are in the folder letters/ beside this page, and any mail program opens them. The digest below covers them too." : "",
].filter(Boolean).join(" ");
$("absent").hidden = !$("absent").textContent;
$("facts").replaceChildren(...facts(cover.facts));
$("digest").textContent = cover.digest;
$("warned").textContent = cover.findings.length ? `Findings: ${several(cover.findings.length, "warning")}` : "Findings: none";
$("findings").append(...cover.findings.map(({ code, place, what, quote, help }) => make("li", null,
  make("p", { class: "code" }, [code, place].filter(Boolean).join(" · ")), make("p", null, what),
  ...(quote ? [make("p", null, make("code", null, quote))] : []), ...(help ? [make("p", { class: "help" }, help)] : []))));
const { count } = cover;
$("counts").textContent = `${count.total} sign: ${count.persons} people and ${count.organisations} organisations. `
  + (cover.groups.length ? `${count.listed} are named, ${count.withheld} are counted but not named.` : "")
  + (cover.left_out.length ? ` Left out: ${cover.left_out.map(([reason, n]) => `${n} (${reason})`).join(", ")}.` : "");
$("roll").append(...cover.groups.flatMap((group) => [
  make("h3", null, `${group.heading || "Signatories"} (${group.count})`),
  make("ul", null, ...group.signatures.map(({ line, statement }) =>
    make("li", null, line, ...(statement ? [make("q", null, statement)] : [])))),
  ...(group.withheld || group.others ? [make("p", { class: "more" }, [
    group.others ? `and ${group.others} others` : "", group.withheld ? `${group.withheld} not named` : ""].filter(Boolean).join(", "))] : []),
]));
$("sources").append(...cover.sources.map(({ file, sha256 }) =>
  make("tr", null, make("td", null, file), make("td", null, make("code", null, sha256)))));

$("carried").hidden = !cover.files.length;
$("files").append(...cover.files.map(({ file, type, octets, sha256 }) => make("tr", null,
  make("td", null, file, make("br"), type), make("td", null, several(octets, "byte")), make("td", null, make("code", null, sha256)))));
const moreFiles = cover.file_count - cover.files.length;
$("more-files").textContent = moreFiles ? `And ${several(moreFiles, "other file")}, listed in manifest.csv.` : "";

/* Keys and clicks. */

function keys(event) {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const isTyping = event.target.closest?.("input[type=search]");
  if (event.target.closest?.("input[type=number]")) return;
  const inList = event.target.closest?.("nav");
  if (key === "Escape" && isTyping) {
    $("search").value = "";
    search();
    $("search").blur();
  } else if (inList && (key === "ArrowDown" || key === "ArrowUp")) {
    go(isTyping ? found[0] ?? -1 : neighbour(key === "ArrowDown" ? 1 : -1), true);
  } else if (key === "Enter" && isTyping) {
    go(found[0] ?? -1, true);
  } else if (isTyping || !$("shortcuts").checked) {
    return;
  } else if (key === "j" || key === "k") {
    go(neighbour(key === "j" ? 1 : -1), inList);
  } else if (key === "/") {
    // On a narrow page the list is behind the letter.
    if (!document.querySelector("nav").offsetHeight) document.body.dataset.at = "letters";
    $("search").focus();
    $("search").select();
  } else if (key === "o" || key === "?") {
    $("keys").open ||= key === "?";
    location.hash = "#overview";
  } else if (key === "p") {
    print();
  } else if (key === "m") {
    $("mark").click();
  } else if (Object.keys(VIEWS)[key - 1] && at >= 0) {
    choose(Object.keys(VIEWS)[key - 1]);
  } else {
    return;
  }
  event.preventDefault();
}

addEventListener("keydown", keys);
addEventListener("hashchange", () => follow(true));
$("search").addEventListener("input", search);
$("mark").addEventListener("change", draw);
$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  $(at < 0 ? "title" : "name").focus();
});
$("tabs").addEventListener("click", ({ target }) => target.id && target.role !== "tablist" && choose(target.id.slice(4)));
$("tabs").addEventListener("keydown", (event) => {
  const names = Object.keys(VIEWS);
  const rank = names.indexOf(view);
  const next = { ArrowRight: rank + 1, ArrowLeft: rank - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  choose(names.at(next % names.length));
  $(`tab-${view}`).focus();
  event.preventDefault();
});

for (const id of ["print-letter", "paper-print"]) $(id).addEventListener("click", () => print());
for (const id of ["paper-from", "paper-to"]) {
  $(id).max = letters.length;
  $(id).addEventListener("input", updatePaper);
}
$("paper-to").value = Math.min(letters.length, letters.length > MANY ? AT_ONCE : letters.length);

choose(view);
search();
follow(false);
