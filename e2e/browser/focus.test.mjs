import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { isFocused } from './page.mjs';
import { startSwitchboard } from './switchboard.mjs';

const CARD = ['BEGIN:VCARD', 'VERSION:3.0', 'FN:Grace Hopper', 'TEL:+12025550143', 'END:VCARD', ''].join(
  '\r\n',
);

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startSwitchboard();
  const ada = { name: 'Ada Lovelace', numbers: [{ number: '+15005550100' }] };
  await switchboard.ask('POST', '/api/v1/people', ada);
  const items = [{ protocol: 'dinner', number: '+15005550100' }];
  await switchboard.ask('PUT', '/api/v1/quick-dials', { items });
});
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

async function walkRound(opener, dialog, first) {
  await opener.focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  await isFocused(page, first);
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press(key);
      const inside = await dialog.evaluate((element) => element.contains(document.activeElement));
      assert.ok(inside, `${key}, pressed ${presses + 1} times`);
    }
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await isFocused(page, opener);
}

test('the search', async () => {
  const dialog = page.getByRole('dialog', { name: 'Search' });
  await walkRound(page.getByRole('button', { name: 'Find' }), dialog, dialog.getByRole('combobox'));
});

test('the countdown of quick dial', async () => {
  const dialog = page.getByRole('dialog', { name: 'Calling Ada Lovelace' });
  const tile = page.getByRole('button', { name: 'Call Ada Lovelace with' });
  await tile.focus();
  await page.keyboard.press('Enter');
  await isFocused(page, dialog.getByRole('button', { name: 'Cancel' }));
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await isFocused(page, tile);
});

test('a question: with no, one goes on where one was', async () => {
  await page.goto(new URL('#/people/new', switchboard.url).href);
  await page.getByLabel('Name').fill('Grace');
  const cancel = page.getByRole('link', { name: 'Cancel' });
  const dialog = page.getByRole('dialog');
  await walkRound(cancel, dialog, dialog.getByRole('button', { name: 'Keep editing' }));
  assert.equal(await page.getByLabel('Name').inputValue(), 'Grace');
});

test('an import: the focus returns to the button for files', async () => {
  await page.goto(new URL('#/people', switchboard.url).href);
  const button = page.locator('input[type=file]');
  await button.focus();
  const buffer = Buffer.from(CARD);
  await button.setInputFiles({ name: 'people.vcf', mimeType: 'text/vcard', buffer });
  const dialog = page.getByRole('dialog', { name: 'Import people.vcf?' });
  await dialog.getByRole('button', { name: 'Import' }).waitFor();
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    assert.ok(await dialog.evaluate((element) => element.contains(document.activeElement)));
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await isFocused(page, button);
});

test('a view that is chosen in the search is read from its heading', async () => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).fill('settings');
  await page.keyboard.press('Enter');
  await isFocused(page, page.getByRole('heading', { name: 'Settings', level: 1 }));
});
