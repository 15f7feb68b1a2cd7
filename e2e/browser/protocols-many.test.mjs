import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { protocolName, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: 10, people: 10 })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('link', { name: 'Protocols', exact: true }).click();
  await page.getByRole('article').first().waitFor();
});
afterEach(() => browser.close());

const first = () => page.getByRole('article').first().getByRole('heading');

test('they are searched by name and by what plays', async () => {
  await page.getByRole('searchbox').fill('floor 46');
  await page.getByText('1 of 46').waitFor();
  await page.getByRole('searchbox').fill('long hopper');
  await page.getByText('1 of 46').waitFor();
  assert.equal(await first().textContent(), protocolName(0));
});

test('they are sorted, and a pinned one comes first here and on the dial', async () => {
  await page.getByLabel('Sort by').selectOption('Last used');
  await page.getByRole('searchbox').fill('floor 40');
  await page.getByRole('button', { name: `Pin ${protocolName(39)} to the dial` }).click();
  await page.getByRole('searchbox').fill('');
  assert.equal(await first().textContent(), protocolName(39));
  await look(page, 'protocols-many');
  await page.getByRole('link', { name: 'Dial', exact: true }).click();
  await page.getByRole('radio', { name: protocolName(39) }).waitFor();
  await page.reload();
  await page.getByRole('radio', { name: protocolName(39) }).waitFor();
});

test('those of a group are listed together, can be folded, and are found by its name', async () => {
  await page.getByRole('link', { name: `Edit ${protocolName(2)}` }).click();
  const field = page.getByRole('combobox', { name: 'Group' });
  await field.fill('Evening');
  await page.getByRole('button', { name: 'Save' }).click();
  const evening = page.locator('summary', { hasText: 'Evening' });
  await evening.waitFor();
  await page.getByText('Other protocols').waitFor();
  assert.equal(await first().textContent(), protocolName(2));
  await look(page, 'protocols-grouped');
  await evening.click();
  const grouped = page.getByRole('heading', { name: protocolName(2) });
  await grouped.waitFor({ state: 'hidden' });
  // What is looked for is shown.
  await page.getByRole('searchbox').fill('evening');
  await page.getByText('1 of 46').waitFor();
  await grouped.waitFor();
  await page.getByRole('searchbox').fill('');
  await grouped.waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Dial', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a protocol' }).fill('even');
  const card = page.locator('label.card', { hasText: protocolName(2) });
  await card.getByText('Evening').waitFor();
  await look(page, 'dial-grouped');
});
