import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startSwitchboard();
});
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
  // A small window, like a phone in landscape.
  await page.setViewportSize({ width: 800, height: 420 });
});
afterEach(() => browser.close());

const SAYS = { sandbox: 'Calls are simulated', live: 'Twilio charges you' };

async function showMode(mode) {
  await page.route('**/api/v1/status', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), mode } });
  });
  await page.reload();
  await page.getByText(SAYS[mode]).waitFor();
}

for (const mode of ['sandbox', 'live']) {
  test(`${mode}: in sight when the page is scrolled, above the number`, async () => {
    await showMode(mode);
    const banner = page.getByRole('banner');
    // Far enough to scroll the number away, but not past all of its form.
    await page.evaluate(() => scrollTo(0, 180));
    assert.equal(await page.evaluate(() => scrollY), 180, 'there is something to scroll');
    const { y, height } = await banner.boundingBox();
    assert.equal(y, 0);
    const number = await page.getByLabel('Number', { exact: true }).boundingBox();
    assert.ok(number.y >= y + height, `the number is at ${number.y}, under a banner of ${height} px`);
    await look(page, `banner-${mode}`);
  });
}

test('what is reached by the keyboard from below isn’t under it', async () => {
  await showMode('live');
  const first = page.getByRole('radio').first();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await first.focus();
  const { height } = await page.getByRole('banner').boundingBox();
  const top = await first.evaluate((element) => element.closest('label').getBoundingClientRect().top);
  assert.ok(top >= height, `it begins at ${top}, under a banner of ${height} px`);
});

test('every place is in reach on a phone that is held sideways', async () => {
  await page.setViewportSize({ width: 844, height: 360 });
  for (const place of await page.getByRole('navigation').locator('a, button').all()) {
    const { y, height } = await place.boundingBox();
    assert.ok(
      height >= 44 && y + height <= 360,
      `${await place.textContent()} is at ${y}, ${height} px high`,
    );
  }
});
