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
