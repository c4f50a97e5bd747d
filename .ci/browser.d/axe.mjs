// Examines a page with axe-core's rules for accessibility.

import assert from "node:assert/strict";
import { require } from "./browser.mjs";

/** The script that a page needs for it. */
export const script = require.resolve("axe-core/axe.min.js");

// WCAG 2.2 AA, and good practice beyond it.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// A mail program has landmarks, and shows the subject as a heading.
export const NOT_IN_A_LETTER = ["landmark-one-main", "page-has-heading-one", "region"];

// What axe cannot decide, but a person has: the letter's frame runs no script, not even axe, so the letter is examined as a
// separate document; and an arrow has the contrast of the letters beside it.
const DECIDED = { "frame-tested": "", "color-contrast": "non-text characters" };

/** Examines the page with axe's rules but these. */
export async function examine(page, where, without = []) {
  const { passes, violations, incomplete } = await page.evaluate(async ([values, without]) => {
    const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
    const { passes, violations, incomplete } = await axe.run(document, {
      iframes: false, runOnly: { type: "tag", values }, rules, resultTypes: ["violations", "incomplete"],
    });
    const places = (results) => results.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
      ({ rule: id, at: target.join(" "), why: [...any, ...all, ...none].map(({ message }) => message).join("; ") })));
    return { passes: passes.length, violations: places(violations), incomplete: places(incomplete) };
  }, [RULES, without]);
  assert.deepEqual(violations, [], where);
  assert.deepEqual(incomplete.filter(({ rule, why }) => !(rule in DECIDED && why.includes(DECIDED[rule]))), [], `${where}, undecided`);
  assert(passes > 10, `${where}: only ${passes} rules had something to examine`);
}
