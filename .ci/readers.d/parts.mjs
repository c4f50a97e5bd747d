// Prints what the mailparser package finds in each letter: node parts.mjs FILE...

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

// Found through NODE_PATH.
const { simpleParser } = createRequire(import.meta.url)("mailparser");

const letters = [];
for (const file of process.argv.slice(2)) {
  const mail = await simpleParser(await readFile(file), { skipImageLinks: true });
  letters.push({
    subject: mail.subject,
    from: mail.from.value[0].address,
    to: mail.to.value.map(({ address }) => address),
    text: mail.text.trim() !== "",
    shown: [...mail.html.matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => cid),
    files: mail.attachments.map((part) => ({
      type: part.contentType,
      name: part.filename,
      disposition: part.contentDisposition,
      cid: part.cid ?? null,
      sha256: createHash("sha256").update(part.content).digest("hex"),
    })),
  });
}
console.log(JSON.stringify(letters));
