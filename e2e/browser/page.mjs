// What tests ask of a page.

/** In the page: whether all of an element is in sight. The navigation of a small screen covers what is below it. */
export function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const navigation = document.querySelector('nav').getBoundingClientRect();
  const end = navigation.top > 0 ? navigation.top : innerHeight;
  return top >= 0 && bottom <= end;
}

/** Waits until the focus is there. */
export async function isFocused(page, locator) {
  await page.waitForFunction((element) => document.activeElement === element, await locator.elementHandle());
}

/** Waits until what was changed is drawn. */
export const drawn = (page) =>
  page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));

/** What is in a file that is being saved. */
export async function savedAs(downloading) {
  const chunks = [];
  for await (const chunk of await (await downloading).createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
