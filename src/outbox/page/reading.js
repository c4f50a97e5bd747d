// Reads a letter from its lines, as a mail program does, and compares it with another.
// Nothing here changes the page.
"use strict";

// Returns the lines of a letter: its own, or those of a similar one with its edits applied.
function linesOf(letters, letter) {
  if (!letter.edits) return letter.lines;
  const base = letters[letter.like].lines;
  const runs = [];
  let from = 0;
  for (const [at, dropped, added] of letter.edits) {
    runs.push(base.slice(from, at), added);
    from = at + dropped;
  }
  return [...runs, base.slice(from)].flat();
}

function fieldsOf(lines) {
  const fields = [];
  for (const line of lines) {
    if (line === "") break;
    const colon = line.indexOf(":");
    if (/^[ \t]/.test(line) && fields.length) fields.at(-1)[1] += line;
    else fields.push([line.slice(0, colon), line.slice(colon + 1).trimStart()]);
  }
  return fields;
}
const field = (fields, name) => fields.find((f) => f[0].toLowerCase() === name)?.[1] ?? "";

const unescaped = (text) => text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

function decoded(octets, charset) {
  return new TextDecoder(charset || "utf-8").decode(Uint8Array.from(octets, (c) => c.charCodeAt(0)));
}

function words(value) {
  const word = /=\?([^?*]+)[^?]*\?([bq])\?([^?]*)\?=/gi;
  return value.replace(/\?=\s+(?==\?)/g, "?=").replace(word, (whole, charset, kind, text) => {
    try {
      return decoded(/b/i.test(kind) ? atob(text) : unescaped(text.replaceAll("_", " ")), charset);
    } catch {
      return whole;
    }
  });
}

// Returns the name of a file from its disposition, with the encoding and continuations of RFC 2231.
function nameOf(disposition) {
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1];
  const pieces = [...disposition.matchAll(/filename\*(?:\d+\*)?=([^;\s]*)/gi)].map((match) => match[1]).join("");
  return plain ?? decodeURIComponent(pieces.replace(/^utf-8\'\'/i, ""));
}

function read(lines) {
  const fields = fieldsOf(lines);
  const type = field(fields, "content-type") || "text/plain";
  const body = lines.slice(lines.indexOf("") + 1);
  const boundary = /^multipart\//i.test(type) && /boundary="?([^";]+)/i.exec(type)?.[1];
  if (boundary) {
    const parts = [];
    for (const line of body) {
      if (line.trimEnd() === `--${boundary}--`) break;
      if (line.trimEnd() === `--${boundary}`) parts.push([]);
      else parts.at(-1)?.push(line);
    }
    const all = parts.map(read);
    const first = (kind) => all.find((part) => part[kind] !== undefined)?.[kind];
    return { fields, text: first("text"), html: first("html"), attached: all.flatMap((part) => part.attached),
      images: all.flatMap((part) => part.images) };
  }
  const kind = /^text\/(plain|html)\b/i.exec(type)?.[1].toLowerCase();
  const disposition = field(fields, "content-disposition");
  const id = /^<(.*)>$/.exec(field(fields, "content-id").trim())?.[1];
  if (id && /^image\/(png|jpeg|gif|webp)\b/i.test(type)) {
    const data = body.join("");
    return { fields, attached: [], images: data ? [[`cid:${id}`, `data:${type.split(";")[0]};base64,${data}`]] : [] };
  }
  if (!kind || /^attachment/i.test(disposition)) {
    return { fields, attached: [`${nameOf(disposition)} (${type.split(";")[0]})`], images: [] };
  }
  const encoding = field(fields, "content-transfer-encoding").toLowerCase();
  let octets = body.join("\n");
  if (encoding === "base64") octets = atob(body.join(""));
  if (encoding === "quoted-printable") {
    octets = unescaped(body.map((line) => line.trimEnd()).join("\n").replace(/=\n/g, ""));
  }
  const text = decoded(octets, /charset="?([\w-]+)/i.exec(type)?.[1]).replaceAll("\r\n", "\n");
  return { fields, attached: [], images: [], [kind === "html" ? "html" : "text"]: text };
}

/* Finds what differs from the first letter. */

// Returns the share of words that two texts have in common: from 0 to 1.
function likeness(one, other) {
  const [few, many] = [one, other].map((text) => new Set(text.split(/\s+/).filter(Boolean))).sort((a, b) => a.size - b.size);
  return [...few].filter((word) => many.has(word)).length / Math.max(many.size, 1);
}

// Each text of `next`: whether it is new, which of `base` it replaces, and which of `base` are missing before it. What is
// missing at the end comes last, with no text of its own. By similarity, a text replaces the one that it is most similar to.
function compare(base, next, byLikeness) {
  let head = 0;
  while (head < base.length && head < next.length && base[head] === next[head]) head++;
  let tail = 0;
  const least = Math.min(base.length, next.length) - head;
  while (tail < least && base.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const old = base.slice(head, base.length - tail);
  const now = next.slice(head, next.length - tail);
  const told = next.slice(0, head).map((text) => ({ text, isNew: false, gone: [] }));
  // The lengths of the longest common subsequences of what is left: a table too large is not worth the wait.
  const width = now.length + 1;
  const isSmall = old.length * now.length < 4e6;
  const table = new Uint32Array(isSmall ? (old.length + 1) * width : 0);
  for (let i = old.length - 1; isSmall && i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      table[i * width + j] = old[i] === now[j] ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  let i = 0, missing = [];
  now.forEach((text, j) => {
    while (isSmall && i < old.length && old[i] !== text && table[(i + 1) * width + j] >= table[i * width + j + 1]) missing.push(old[i++]);
    if (isSmall && old[i] === text) {
      told.push({ text, isNew: false, gone: missing });
      missing = [];
      i++;
      return;
    }
    const likes = byLikeness ? missing.slice(0, 50).map((other) => likeness(other, text)) : [];
    const most = Math.max(0, likes.indexOf(Math.max(...likes)));
    // A replaced text needs no other mark, and what was before it is missing.
    const gone = missing.splice(0, most);
    told.push({ text, isNew: true, gone, replaced: missing.shift() });
  });
  if (isSmall) missing.push(...old.slice(i));
  for (const text of next.slice(next.length - tail)) told.push({ text, isNew: false, gone: missing }), missing = [];
  return missing.length ? [...told, { text: null, isNew: false, gone: missing }] : told;
}
