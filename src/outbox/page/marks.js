// Marks what differs from another letter in the document of a frame: words, blocks, and what is missing.
// Marks are elements and text, like the rest of the page.

const BLOCKS = "p,li,td,th,h1,h2,h3,h4,h5,h6,blockquote,pre,dt,dd,div,body";
// Marks have their own background, since the letter's can be any colour.
const GROUND = "background:#fff0b8;background:light-dark(#fff0b8,#443608);color:#1d1b18;color:light-dark(#1d1b18,#e9e6df)";

// Lists a document's blocks in order, each with the runs of text that are directly in it and not in a block within it. The
// key is what is compared: the words, and where links lead.
function blocksOf(doc) {
  const found = new Map();
  const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("style,title,template,noscript")) continue;
    const element = parent.closest(BLOCKS);
    const block = found.get(element) ?? { element, nodes: [], words: [], links: [] };
    found.set(element, block);
    block.nodes.push(node);
    block.words.push(...node.data.trim().split(/\s+/));
    block.links.push(parent.closest("a")?.title ?? "");
  }
  return [...found.values()].map((block) => ({ ...block, key: [block.words.join(" "), ...block.links.filter(Boolean)].join("\n") }));
}
const wordsOf = (key) => key.split("\n")[0].split(" ");

function markIn(doc, known, number) {
  const blocks = blocksOf(doc);
  const element = (tag, style, attributes, ...children) => {
    const made = make(tag, attributes, ...children);
    made.style.cssText = style;
    return doc.adoptNode(made);
  };
  compare(known, blocks.map(({ key }) => key), true).forEach(({ isNew, replaced, gone }, rank) => {
    const block = blocks[rank];
    if (gone.length) {
      const quoted = gone.slice(0, 3).map((key) => wordsOf(key).join(" ")).map((text) => `“${text.length > 160 ? `${text.slice(0, 150)} …` : text}”`);
      const told = `Not here, but in letter ${number}: ${quoted.join(" ")}${gone.length > 3 ? ` and ${gone.length - 3} more` : ""}`;
      insert(block?.element ?? doc.body, !block, (tag) => element(tag, `${GROUND};display:block;list-style:none;margin:0 0 1em;padding:.4em .8em;`
        + "border-left:3px solid #b07d00;font:italic .85em/1.4 system-ui,sans-serif;width:auto", { role: "note" }, told));
    }
    if (!isNew) return;
    const was = replaced === undefined ? [] : wordsOf(replaced);
    const told = compare(was, block.words);
    const same = told.filter(({ text, isNew }) => text !== null && !isNew).length;
    const isReworded = same > 0 && same * 4 >= block.words.length || block.words.length < 9 && same > 0;
    if (isReworded && (same < block.words.length || same < was.length)) {
      markWords(block.nodes, told, number, element);
    } else {
      block.element.style.outline = "2px solid #b07d00";
      block.element.style.outlineOffset = "3px";
      block.element.setAttribute("aria-description", `differs from letter ${number}`);
    }
  });
}

// Where such a note can be: inside a cell or the body, as an item in a list, and otherwise before the element.
function insert(block, isAtEnd, note) {
  if (isAtEnd) block.append(note("div"));
  else if (block.matches("td,th,body")) block.prepend(note("div"));
  else block.before(note(block.matches("li,dt,dd") ? block.localName : "div"));
}

// New words in a row are one mark. A mark for missing words lists them.
function markWords(nodes, told, number, element) {
  let rank = 0;
  const missing = ({ gone }) => gone.length
    ? [element("del", `${GROUND};opacity:.85;margin:0 .25em`, { title: `only in letter ${number}` }, gone.join(" "))] : [];
  nodes.forEach((node, at) => {
    const pieces = [];
    let run = null;
    for (const [piece] of node.data.matchAll(/\s+|\S+/g)) {
      if (!piece.trim()) {
        run ? run.spaces = piece : pieces.push(piece);
        continue;
      }
      const word = told[rank++];
      const gone = missing(word);
      if (run && (!word.isNew || gone.length)) {
        pieces.push(run.mark, run.spaces);
        run = null;
      }
      pieces.push(...gone);
      if (!word.isNew) pieces.push(piece);
      else if (run) run.mark.append(run.spaces, piece), run.spaces = "";
      else run = { mark: element("mark", `${GROUND};border-bottom:2px solid #b07d00`, null, piece), spaces: "" };
    }
    if (run) pieces.push(run.mark, run.spaces);
    if (at === nodes.length - 1 && told[rank]) pieces.push(...missing(told[rank]));
    node.replaceWith(...pieces);
  });
}
