// The page by keyboard alone: shortcuts, the order of the focus, and whether the focus can be seen.

import assert from "node:assert/strict";
import { pageTest, press } from "./browser.mjs";
import { hostile, sample } from "./campaigns.mjs";
import { atLetter, framed, hash, verified } from "./review.mjs";

const campaigns = [sample(), hostile()];

/** Which element has the focus, and whether a person sees that: it has an outline, is in view, and nothing covers it. */
const focus = (page) => page.evaluate(() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const x = Math.max(0, box.left) + Math.min(box.width, 40) / 2, y = Math.max(0, box.top) + Math.min(box.height, 20) / 2;
  const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && at.contains(document.elementFromPoint(x, y))
    && box.left >= 0 && box.bottom > 0 && box.top < innerHeight;
  return { name: at.id || at.getAttribute("href") || at.tagName, isSeen };
});

for (const campaign of campaigns) {
  pageTest(`${campaign.name}: shortcuts`, campaign.page, campaign.options, async (page) => {
    for (const [keys, number] of [["j", 1], ["jj", 3], ["kkk", 1]]) {
      await press(page, ...keys);
      await atLetter(page, number);
    }
    assert.match(await page.locator("#announcement").textContent(), /^Letter 1 of/, "a screen reader gets no announcement");
    await page.locator("#tab-html").focus();
    await press(page, "ArrowRight");
    assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.ariaSelected]), ["tab-text", "true"]);
    await press(page, "o");
    await page.locator("#cover").waitFor();

    // With the shortcuts off, a letter of the alphabet does nothing.
    await press(page, "?");
    await page.locator("#shortcuts").uncheck();
    await press(page, "j");
    assert.equal(await hash(page), "#overview");
  });
}

const at9 = { url: `${campaigns[0].page}#letter-9`, options: { viewport: { width: 1280, height: 420 } } };

pageTest("the focus goes through the page in the order it is seen", at9.url, at9.options, async (page) => {
  await verified(page);
  const order = [];
  while (order.at(-1) !== "IFRAME" && order.length < 25) {
    await press(page, "Tab");
    const { name, isSeen } = await focus(page);
    order.push(name);
    assert(isSeen || name === "IFRAME", `the focus on ${name} cannot be seen`);
  }
  const list = campaigns[0].letters.map(({ number }) => `#letter-${number}`);
  const letter = ["previous", "next", "print-letter", "tab-html", "mark", "panel", "IFRAME"];
  assert.deepEqual(order, ["skip", "search", "to-overview", ...list, ...letter]);
  await page.locator("#list li:last-child a").focus();
  for (const name of list.slice(0, -1).reverse()) {
    await press(page, "Shift+Tab");
    assert.deepEqual(await focus(page), { name, isSeen: true }, "going back");
  }
});

pageTest("the skip link, the tabs and the marks work by keyboard", at9.url, at9.options, async (page) => {
  await verified(page);
  await press(page, "Tab", "Enter");
  assert.equal((await focus(page)).name, "name");
  await press(page, "Tab");
  assert.equal((await focus(page)).name, "previous");
  await press(page, "Tab", "Tab", "Tab");
  for (const step of ["End source", "Home html", "ArrowLeft source", "ArrowRight html", "ArrowRight text"]) {
    const [key, tab] = step.split(" ");
    await press(page, key);
    const chosen = await page.locator("[aria-selected=true]").getAttribute("id");
    assert.deepEqual([(await focus(page)).name, chosen], [`tab-${tab}`, `tab-${tab}`], key);
  }
  await press(page, "Tab", "Space");
  assert.equal(await page.locator("#mark").isChecked(), false);
  await press(page, "Space", "Tab", "j");
  await atLetter(page, 10);
});

pageTest("a link in a letter leads nowhere and shows its address", at9.url, {}, async (page) => {
  await framed(page);
  const link = await page.evaluate(() => {
    const frame = document.querySelector("#panel iframe"), link = frame.contentDocument.querySelector("a");
    frame.scrollIntoView();
    link.focus();
    const outer = frame.getBoundingClientRect(), inner = link.getBoundingClientRect();
    return { title: link.title, x: outer.x + inner.x + 5, y: outer.y + inner.y + inner.height / 2 };
  });
  assert.match(link.title, /^[a-z]+:/);
  await press(page, "Enter");
  await page.mouse.click(link.x, link.y);
  const where = await page.evaluate(() => [location.hash, document.querySelector("#panel iframe").contentDocument.location.href]);
  assert.deepEqual(where, ["#letter-9", "about:srcdoc"]);
  // The keys work from inside the frame too.
  await press(page, "j");
  await atLetter(page, 10);
});
