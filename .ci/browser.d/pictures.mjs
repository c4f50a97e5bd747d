// Takes the pictures of docs/ that need a browser, into the folder PICTURES. `.ci/pictures` runs this.

import { pageTest, picture } from "./browser.mjs";
import { htmlPart, sample, site } from "./campaigns.mjs";
import { framed, verified } from "./review.mjs";

const campaign = sample();

pageTest("a letter on the review page", `${campaign.page}#letter-9`, { viewport: { width: 1280, height: 820 } }, async (page) => {
  await framed(page);
  await verified(page);
  await picture(page, "review");
});

pageTest("the signatories in a letter", htmlPart(campaign, 1), { viewport: { width: 710, height: 900 } }, async (page) => {
  const [top, bottom] = await page.evaluate(() => {
    const begin = [...document.querySelectorAll("h2")].find((heading) => heading.innerText === "The signatories");
    const end = [...document.querySelectorAll("hr")].find((line) => line.offsetTop > begin.offsetTop);
    return [begin, end].map((element) => element.getBoundingClientRect().top);
  });
  await picture(page, "roll", { fullPage: true, clip: { x: 0, y: top - 32, width: 710, height: bottom - top + 12 } });
});

// `.ci/pictures` puts the two side by side.
for (const [name, width] of [["wide", 1180], ["phone", 390]]) {
  pageTest(`the page of the letter, ${name}`, `${site()}/index.html`, { viewport: { width, height: 844 } }, async (page) => {
    if (name === "phone") await page.evaluate(() => document.querySelector(".roll").scrollIntoView());
    await picture(page, `publish-${name}`);
  });
}
