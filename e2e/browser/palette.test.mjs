import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { personName, protocolName, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: 200 })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByText('Connected', { exact: true }).first().waitFor();
});
afterEach(() => browser.close());

const field = () => page.getByRole('combobox', { name: 'Search' });
const options = () => page.getByRole('dialog').getByRole('option');
const number = () => page.locator('#number');

test('a number that is typed is one row, and Enter takes all of it', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('+15005550111');
  const row = options().filter({ hasText: '+1500' });
  await row.filter({ hasText: '+15005550111' }).waitFor();
  assert.equal(await row.count(), 1);
  assert.equal(await page.getByRole('dialog').locator('[aria-selected=true]').count(), 1);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'number');
  assert.equal((await number().inputValue()).replace(/\D/g, ''), '15005550111');
});

test('what is typed while it opens arrives', async () => {
  // Delayed until everything was typed, so the palette can't have loaded before.
  let arrive;
  const held = new Promise((resolve) => (arrive = resolve));
  await page.route(/\/assets\/Palette-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('grace h');
  arrive();
  await field().waitFor();
  await page.keyboard.type('op');
  await options()
    .filter({ hasText: personName(11) })
    .first()
    .waitFor();
  assert.equal(await field().inputValue(), 'grace hop');
});

test('Enter that is pressed while it opens is for the palette, and rings nobody', async () => {
  await number().fill('+15005550110');
  let arrive;
  const held = new Promise((resolve) => (arrive = resolve));
  await page.route(/\/assets\/Palette-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark');
  await page.keyboard.press('Enter');
  arrive();
  await page.waitForFunction(() => document.documentElement.style.colorScheme === 'dark');
  assert.equal((await switchboard.ask('GET', '/api/v1/calls')).total, 200);
});

test('nothing is listed before something is typed, and at most eight of a kind after it', async () => {
  await page.keyboard.press('Control+k');
  await field().waitFor();
  assert.equal(await options().count(), 0);
  await page.keyboard.type('reminder');
  await options().first().waitFor();
  assert.equal(await options().count(), 8);
  await look(page, 'palette');
});

test('it finds by the beginnings of words and without accents, and not inside long texts', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('muller zoe');
  await options()
    .filter({ hasText: personName(33) })
    .first()
    .waitFor();
  await field().fill('hopper is long');
  await page.getByText('No matches.').waitFor();
  await field().fill('reminder 46');
  await options()
    .filter({ hasText: protocolName(45) })
    .waitFor();
  assert.equal(await options().count(), 1);
});

test('it knows commands', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.style.colorScheme === 'dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('new prot');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New protocol' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});

test('“calls” leads to the calls and hangs none up, and hanging up all of them is asked about', async () => {
  const placed = [];
  for (const to of ['+15005550114', '+15005550115'])
    placed.push(await switchboard.placeCall('reminder-1', to));
  const now = () => Promise.all(placed.map(({ id }) => switchboard.ask('GET', `/api/v1/calls/${id}`)));
  await page
    .getByRole('button', { name: /^Hang up/ })
    .nth(1)
    .waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('calls');
  await options().filter({ hasText: 'Hang up all calls' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('hang up all');
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog').filter({ hasText: 'Hang up all 2 live calls?' });
  await question.waitFor();
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  assert.deepEqual(
    (await now()).map((call) => call.hangup_requested),
    [false, false],
    'Enter says no',
  );
  await page.keyboard.press('Control+k');
  await page.keyboard.type('hang up all');
  await page.keyboard.press('Enter');
  await question.getByRole('button', { name: 'Hang up' }).click();
  for (const { id } of placed) {
    await switchboard.askUntil(`/api/v1/calls/${id}`, (call) => call.hangup_requested && call.ended);
  }
});
