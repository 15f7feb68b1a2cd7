// "Back" leads to the view before, with its scroll position and focus, and to no view twice.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { personName, startFullHouse } from './full-house.mjs';
import { isFocused } from './page.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: 200 })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

const steps = () => page.evaluate(() => history.length);
const place = () => page.evaluate(() => location.hash);
const open = async (name) => {
  await page.getByRole('link', { name, exact: true }).click();
  await isFocused(page, page.getByRole('heading', { name, level: 1 }));
};

test('from a person who was edited to their row', async () => {
  await open('People');
  const edit = page.getByRole('link', { name: `Edit ${personName(253)}` });
  await edit.scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => scrollY);
  assert.ok(scrolled > 1_000);
  await edit.click();
  await isFocused(page, page.getByRole('heading', { level: 1 }));
  const before = await steps();
  await page.getByRole('button', { name: 'Save' }).click();
  // The row is rebuilt, so the focus is on its new link.
  await isFocused(page, page.getByRole('link', { name: `Edit ${personName(253)}` }));
  assert.deepEqual([await place(), await steps()], ['#/people', before]);
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
});

test('unsaved changes: whoever stays finds back and forward as they were', async () => {
  await open('People');
  await page.getByRole('link', { name: 'New person' }).click();
  await page.getByLabel('Name').fill('Grace');
  const before = await steps();
  await page.goBack();
  await page.getByRole('button', { name: 'Keep editing' }).click();
  assert.deepEqual([await place(), await steps()], ['#/people/new', before]);
  await page.goBack();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  assert.deepEqual([await place(), await steps()], ['#/people', before]);
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
});

test('several calls looked at beside the list are one step', async () => {
  await open('Calls');
  const rows = page.locator('main li a');
  for (const row of [3, 5, 7]) {
    await rows.nth(row).click();
    await page.waitForFunction((row) => document.querySelectorAll('main li a')[row].ariaCurrent, row);
  }
  await page.goBack();
  await page.getByText('Select a call').waitFor();
  assert.equal(await place(), '#/calls');
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
});

test('the tabs of Calls work while a call is open, and the way back is not longer by them', async () => {
  await open('Calls');
  await page.locator('main li a').nth(2).click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  const charts = page.getByRole('tab', { name: 'Charts' });
  await charts.click();
  await page.getByRole('table', { name: 'Calls per day' }).waitFor();
  assert.equal(await charts.getAttribute('aria-selected'), 'true');
  assert.equal(await place(), '#/calls');
  assert.equal(await page.getByRole('heading', { name: 'What happened' }).count(), 0);
  await isFocused(page, charts);
  await page.keyboard.press('ArrowRight');
  await page.getByLabel('Total by').waitFor();
  await isFocused(page, page.getByRole('tab', { name: 'Spending' }));
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
});

test('Alt and an arrow on a tab is no other tab', async () => {
  await open('Calls');
  const history = page.getByRole('tab', { name: 'History' });
  await history.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Control+End');
  assert.equal(await history.getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('tab', { name: 'Charts' }).getAttribute('aria-selected'), 'true');
});

test('after a reload the way back is the same', async () => {
  await open('People');
  await page.getByRole('link', { name: 'New person' }).click();
  await page.getByRole('heading', { name: 'New person' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'New person' }).waitFor();
  const before = await steps();
  await page.getByLabel('Name').fill('Edith Clarke');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  assert.equal(await steps(), before);
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
});
