// Help at hand: the keys, the welcome, and a number to begin with.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startSwitchboard()));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

test('one can type at once, and the welcome has a number to begin with', async () => {
  await page.waitForFunction(() => document.activeElement?.id === 'number');
  await page.getByRole('button', { name: /^Dial \+1.500.555.0100$/ }).click();
  await page.waitForFunction(() => document.activeElement?.id === 'number');
  await page.keyboard.press('Enter');
  await page.getByRole('article').filter({ hasText: '555 0100' }).waitFor();
});

test('? lists the keys, and the welcome comes back', async () => {
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.getByRole('heading', { name: 'Welcome to your switchboard' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Help' });
  await help.getByText('Go to the search field').waitFor();
  await look(page, 'help');
  await help.getByRole('button', { name: 'Show the welcome again' }).click();
  await page.getByRole('heading', { name: 'Welcome to your switchboard' }).waitFor();
});

test('/ goes to the search field, or searches everything where there is none', async () => {
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await page.getByRole('searchbox').waitFor();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).focus();
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
  await page.keyboard.type('a/b');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'a/b', 'where one types it is a letter');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
});

test('what stands in front of the page takes the keys: Ctrl+K, / and ? open nothing over it', async () => {
  const palette = page.getByRole('combobox', { name: 'Search' });
  const help = page.getByRole('dialog', { name: 'Help' });
  // Both once, so that nothing has to be fetched later.
  await page.getByRole('heading', { name: 'Who do you want to call?' }).focus();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Who do you want to call?' }).focus();
  await page.keyboard.press('?');
  await help.waitFor();
  const pressAll = async () => {
    for (const key of ['Control+k', '/', '?']) await page.keyboard.press(key);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    assert.equal(await page.locator('dialog[open]').count(), 1);
  };
  await pressAll();
  await help.getByRole('button', { name: 'Close' }).click();
  await help.waitFor({ state: 'detached' });

  const { id } = await switchboard.placeCall('dinner', '+15005550111');
  await switchboard.askUntil(`/api/v1/calls/${id}`, ({ call }) => call.ended);
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  const again = page.getByRole('button', { name: /^Call again/ }).first();
  await again.waitFor();
  // The seconds stand still: nobody is to be rung here.
  await page.evaluate(() => (window.setInterval = () => 0));
  await again.click();
  await page.getByRole('timer').waitFor();
  await pressAll();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await palette.waitFor();
});
