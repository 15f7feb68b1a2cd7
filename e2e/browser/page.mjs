/** Runs in the page: whether an element is fully in sight. On small screens the navigation covers what is below it. */
export function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const navigation = document.querySelector('nav').getBoundingClientRect();
  const end = navigation.top > 0 ? navigation.top : innerHeight;
  return top >= 0 && bottom <= end;
}

export async function isFocused(page, locator) {
  await page.waitForFunction((element) => document.activeElement === element, await locator.elementHandle());
}

export const drawn = (page) =>
  page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));

export async function savedAs(downloading) {
  const chunks = [];
  for await (const chunk of await (await downloading).createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
