import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { personName, personNumber, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';
import { savedAs } from './page.mjs';

const PEOPLE = 300;

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: 10, people: PEOPLE })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('article').first().waitFor();
});
afterEach(() => browser.close());

const names = () => page.getByRole('article').getByRole('heading').allTextContents();

test('they are found without accents, by the beginnings of words', async () => {
  await page.getByRole('searchbox', { name: 'Search' }).fill('wojcik luk');
  await page.getByText('3 people', { exact: true }).waitFor();
  assert.ok((await names()).every((name) => /^Łukasz .*Wójcik$/.test(name)));
});

test('they are sorted by last name, and a letter leads to its first', async () => {
  await page.getByLabel('Sort by').selectOption('Last name');
  assert.match((await names())[0], /Hamilton$/);
  await page.getByRole('list', { name: 'Jump to a letter' }).getByRole('button', { name: 'T' }).click();
  const turing = page
    .getByRole('article')
    .filter({ hasText: /Turing/ })
    .first();
  await page.waitForFunction(
    (row) => {
      const { top } = row.getBoundingClientRect();
      return top >= 0 && top < innerHeight / 2;
    },
    await turing.elementHandle(),
  );
  await look(page, 'people-many');
});

test('who shares a number or a name is pointed out', async () => {
  assert.equal(await page.getByText('may be listed twice').count(), 0);
  const twin = { name: 'Somebody Else', numbers: [{ number: personNumber(5) }] };
  const { id } = await switchboard.ask('POST', '/api/v1/people', twin);
  await page.getByText('2 people may be listed twice').waitFor();
  await page.getByRole('button', { name: 'Show them' }).click();
  await page.getByText('2 people', { exact: true }).waitFor();
  await page.getByText(`Shares a name or number with ${personName(5)}`).waitFor();
  await look(page, 'people-twice');
  await switchboard.ask('DELETE', `/api/v1/people/${id}`);
  await page.getByText(`${PEOPLE} people`, { exact: true }).waitFor();
  assert.equal(await page.getByText('may be listed twice').count(), 0);
});

test('several are deleted and wanted back, and marked not to be called', async () => {
  await page.getByRole('searchbox', { name: 'Search' }).fill('ada turing');
  await page.getByText('3 people', { exact: true }).waitFor();
  await page.getByLabel('Select all shown').check();
  await page.getByRole('group', { name: '3 selected' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Deleted 3 people.').waitFor();
  const count = async () => (await switchboard.ask('GET', '/api/v1/people')).items.length;
  assert.equal(await count(), PEOPLE - 3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('article').nth(2).waitFor();
  assert.equal(await count(), PEOPLE);
  await page.getByLabel(`Select ${personName(20)}`, { exact: true }).check();
  await page.getByRole('group', { name: '1 selected' }).getByRole('button', { name: 'Do not call' }).click();
  await page.getByRole('article').getByText('Do not call').waitFor();
});

test('a deletion that breaks off says who is gone and who isn’t', async () => {
  await page.getByRole('searchbox', { name: 'Search' }).fill('grace turing');
  await page.getByText('3 people', { exact: true }).waitFor();
  const [gone, ...left] = await names();
  let asked = 0;
  await page.route(/\/api\/v1\/people\/[^/]+$/, (route) =>
    route.request().method() === 'DELETE' && ++asked > 1 ? route.abort() : route.continue(),
  );
  await page.getByLabel('Select all shown').check();
  await page.getByRole('group', { name: '3 selected' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText(`Deleted 1 person. Not deleted: ${left.join(', ')}.`).waitFor();
  await page.getByRole('group', { name: '2 selected' }).waitFor();
  await page.getByText('2 people', { exact: true }).waitFor();
  assert.deepEqual(await names(), left);
  assert.equal((await switchboard.ask('GET', '/api/v1/people')).items.length, PEOPLE - 1);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('3 people', { exact: true }).waitFor();
  assert.ok((await names()).includes(gone));
});

test('who is not to be called comes back so from a file', async () => {
  const fields = { name: 'Never Called', may_call: false, numbers: [{ number: '+15005550118' }] };
  const { id } = await switchboard.ask('POST', '/api/v1/people', fields);
  const downloading = page.waitForEvent('download');
  await page.getByRole('heading', { name: 'Never Called' }).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  await switchboard.askAsOwner('DELETE', `/api/v1/people/${id}`);
  await page.getByRole('heading', { name: 'Never Called' }).waitFor({ state: 'detached' });
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'people.vcf', mimeType: 'text/vcard', buffer: await savedAs(downloading) });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Never Called: +1 500 555 0118, Do not call').waitFor();
  await dialog.getByRole('button', { name: 'Import' }).click();
  const row = page.getByRole('article').filter({ hasText: 'Never Called' });
  await row.getByText('Do not call').first().waitFor();
  const { items } = await switchboard.ask('GET', '/api/v1/people');
  const back = items.find(({ name }) => name === 'Never Called');
  assert.equal(back.may_call, false);
  await switchboard.askAsOwner('DELETE', `/api/v1/people/${back.id}`);
});

test('they are taken along as a file that leads back to the same people', async () => {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const taken = await switchboard.send(
    'POST',
    '/api/v1/people/import?dry_run=true',
    await savedAs(downloading),
  );
  assert.deepEqual(
    [taken.added, taken.changed, taken.unchanged],
    [0, 0, PEOPLE],
    JSON.stringify(taken).slice(0, 400),
  );
});

test('blocked numbers have a tab of their own', async () => {
  await switchboard.ask('PUT', '/api/v1/blocked-numbers/+15005550119', { note: 'asked' });
  await page.getByRole('tab', { name: 'Blocked numbers (1)' }).click();
  await page.getByText('+1 500 555 0119').waitFor();
  assert.match(page.url(), /#\/people\/blocked$/);
});
