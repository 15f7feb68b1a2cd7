// Groups of people: order, adding a selection, finding them on the dial, and what happens to their members.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { isFocused } from './page.mjs';
import { startSwitchboard } from './switchboard.mjs';

const NUMBERS = {
  'Ada Lovelace': ['+15005550114', '+15005550115'],
  'Grace Hopper': ['+15005550116'],
  'Alan Turing': ['+15005550117'],
  'Radia Perlman': [],
};

let switchboard;
let browser;
let page;
const ids = {};
before(async () => {
  switchboard = await startSwitchboard();
  for (const [name, numbers] of Object.entries(NUMBERS)) {
    const fields = { name, numbers: numbers.map((number) => ({ number })) };
    ids[name] = (await switchboard.ask('POST', '/api/v1/people', fields)).id;
  }
});
after(() => switchboard?.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
});
afterEach(async () => {
  await browser?.close();
  for (const { id } of await groups()) await switchboard.ask('DELETE', `/api/v1/groups/${id}`);
});

const open = (hash) => page.goto(new URL(hash, switchboard.url).href);
const groups = async () => (await switchboard.ask('GET', '/api/v1/groups')).items;
const add = (name, ...people) =>
  switchboard.ask('POST', '/api/v1/groups', { name, members: people.map((who) => ({ person: ids[who] })) });
const ends = async () => (await groups())[0]?.members.map(({ number }) => number.slice(-2)).join(' ');
const until = async (wanted) => {
  const started = Date.now();
  while ((await ends()) !== wanted && Date.now() - started < 60_000)
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  assert.equal(await ends(), wanted);
};
const toast = (words) => page.getByText(words);

test('a group is made and put in order by the keyboard', async () => {
  await open('#/people/groups');
  await page.getByText('No groups yet').waitFor();
  await look(page, 'groups-none');
  await page.getByRole('link', { name: 'New group' }).first().click();
  await page.locator('#name').fill('Night shift');
  const someone = page.getByRole('searchbox', { name: 'Add someone' });
  for (const who of ['grace', 'alan', 'ada']) {
    await someone.fill(who);
    await page.getByRole('button', { name: /^Add / }).first().waitFor();
    await someone.press('Enter');
  }
  await someone.fill('radia');
  await page.getByText('No one else with a number matches.').waitFor();
  await someone.fill('ada');
  // Her other number can still be added.
  await page.getByRole('button', { name: /^Add Ada Lovelace, .*0115/ }).waitFor();
  await look(page, 'group-edit');
  await someone.fill('');
  await page.getByRole('combobox', { name: 'Number of Ada Lovelace' }).selectOption({ index: 1 });
  const up = page.getByRole('button', { name: 'Move Ada Lovelace up' });
  await up.focus();
  await up.press('Enter');
  await isFocused(page, up);
  await up.press('Alt+ArrowUp');
  await isFocused(page, up);
  await page.getByText('Ada Lovelace is now number 1 of 3.').waitFor({ state: 'attached' });
  const drop = page.getByRole('button', { name: 'Remove Grace Hopper from the group' });
  await drop.press('Enter');
  await isFocused(page, page.getByRole('button', { name: 'Remove Alan Turing from the group' }));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Night shift' }).waitFor();
  assert.equal(await ends(), '15 17');
  await look(page, 'groups');
});

test('a name that is taken is refused, and what was typed stays', async () => {
  await add('Family');
  await open('#/people/groups/new');
  await page.locator('#name').fill('FAMILY');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('The name is taken').waitFor();
  assert.equal(await page.locator('#name').inputValue(), 'FAMILY');
  await page.locator('#name').fill('Friends');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Friends' }).waitFor();
});

test('changes that someone else saved in the meantime are shown, and not overwritten', async () => {
  const { id } = await add('Family', 'Ada Lovelace');
  await open(`#/people/groups/${id}`);
  await page.locator('#name').fill('My family');
  const theirs = { name: 'Family', members: [{ person: ids['Alan Turing'] }] };
  await switchboard.ask('PUT', `/api/v1/groups/${id}`, theirs);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This group was changed elsewhere').waitFor();
  await look(page, 'group-conflict');
  assert.equal((await groups())[0].name, 'Family');
  await page.getByRole('button', { name: 'Use theirs' }).click();
  await page.getByText('Alan Turing').first().waitFor();
  assert.equal(await page.locator('#name').inputValue(), 'Family');
});

test('a selection is added to a group, filtered by it, and removed again', async () => {
  await open('#/people');
  await page.getByLabel('Select all shown').check();
  await page.getByRole('button', { name: 'Add to group' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the new group').fill('Everybody');
  await look(page, 'group-put');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await toast('Added 3 people to Everybody. No number, so not added: Radia Perlman.').waitFor();
  await page.getByRole('button', { name: 'Add to group' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await toast('They are already in Everybody.').waitFor();
  await page.getByRole('combobox', { name: 'Group' }).selectOption('Everybody');
  await page.getByText('3 people', { exact: true }).waitFor();
  await page.getByLabel('Select Grace Hopper').check();
  await look(page, 'people-group');
  await page.getByRole('button', { name: 'Remove from Everybody' }).click();
  await page.getByText('2 people', { exact: true }).waitFor();
  await until('14 17');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('3 people', { exact: true }).waitFor();
});

test('a person whose deletion is undone gets their place back', async () => {
  await add('Family', 'Ada Lovelace', 'Grace Hopper', 'Alan Turing');
  await open('#/people');
  await page.getByRole('article').filter({ hasText: 'Grace Hopper' }).getByText('Family').waitFor();
  await page.getByRole('button', { name: 'Delete Grace Hopper' }).click();
  await until('14 17');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('14 16 17');
  const people = (await switchboard.ask('GET', '/api/v1/people')).items;
  for (const { id, name } of people) ids[name] = id;
});

test('a group that is deleted comes back with undo', async () => {
  await add('Family', 'Alan Turing', 'Ada Lovelace');
  await open('#/people/groups');
  await page.getByRole('button', { name: 'Delete Family' }).click();
  await page.getByText('No groups yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Family' }).waitFor();
  assert.equal(await ends(), '17 14');
  await page.getByRole('button', { name: /Show the people in Family/ }).click();
  await page.getByText('2 people', { exact: true }).waitFor();
});

test('the dial and Ctrl+K find a group, and one of its people is chosen', async () => {
  await add('Night shift', 'Alan Turing', 'Ada Lovelace');
  const number = page.locator('#number');
  const isFilled = (end) =>
    page.waitForFunction((end) => document.querySelector('#number')?.value.endsWith(end), end);
  await number.fill('night');
  const section = page.getByRole('region', { name: 'People in Night shift' });
  await section.getByRole('button', { name: /^Use Ada Lovelace/ }).waitFor();
  await look(page, 'dial-group');
  await section.getByRole('button', { name: /^Use Alan Turing/ }).click();
  await isFilled('0117');
  await page.keyboard.press('Control+k');
  const find = page.getByRole('dialog').getByRole('combobox');
  await find.fill('shift');
  await page.getByRole('option', { name: 'Night shift (2 people)' }).waitFor();
  await find.press('Enter');
  await page.getByRole('option', { name: /Call Ada Lovelace/ }).waitFor();
  await look(page, 'palette-group');
  await find.press('Backspace');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
  await find.fill('shift');
  await find.press('Enter');
  await find.press('ArrowDown');
  await find.press('Enter');
  await isFilled('0114');
  const calls = (await switchboard.ask('GET', '/api/v1/calls')).items;
  assert.deepEqual(calls, [], 'it rings nobody by itself');
});

test('another open page follows', async () => {
  await open('#/people/groups');
  await page.getByText('No groups yet').waitFor();
  await add('Family', 'Ada Lovelace');
  await page.getByRole('heading', { name: 'Family' }).waitFor();
  await page.getByRole('tab', { name: 'Groups (1)' }).waitFor();
});

for (const [language, locale, title] of [
  ['English', 'en-GB', 'Family'],
  ['German', 'de-DE', 'Familie'],
])
  test(`everything fits a phone, in both themes, in ${language}`, async () => {
    const { id } = await add(title, 'Ada Lovelace', 'Grace Hopper', 'Alan Turing');
    for (const theme of ['light', 'dark']) {
      const narrow = await openBrowser(switchboard.url, { theme, width: 320, height: 700, locale });
      const to = (hash) => narrow.page.goto(new URL(hash, switchboard.url).href);
      try {
        for (const [name, hash, ready] of [
          ['groups', '#/people/groups', narrow.page.getByRole('heading', { name: title })],
          ['group', `#/people/groups/${id}`, narrow.page.locator('#someone')],
          ['people', '#/people', narrow.page.getByRole('article').first()],
        ]) {
          await to(hash);
          await ready.waitFor();
          await look(narrow.page, `${name}-320-${theme}-${locale}`, { whole: true });
        }
        assert.deepEqual(narrow.complaints, []);
      } finally {
        await narrow.close();
      }
    }
  });
