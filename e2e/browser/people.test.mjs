import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startSwitchboard({ speed: 2 });
  browser = await openBrowser(switchboard.url);
  page = browser.page;
});
after(async () => {
  await browser?.close();
  await switchboard?.stop();
});

const open = (hash) => page.goto(new URL(hash, switchboard.url).href);
const calls = async () => (await switchboard.ask('GET', '/api/v1/calls')).items;

test('somebody is written down, pinned, and rung after the countdown', async () => {
  await open('#/people/new');
  await page.locator('#name').fill('Ada Lovelace');
  await page.getByLabel('Number 1', { exact: true }).fill('(500) 555-0114');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^Dial Ada Lovelace/ }).click();
  await page.getByText('Valid number').waitFor();
  await page.getByRole('button', { name: 'Pin to quick dial' }).click();
  const tile = page.getByRole('button', { name: /^Call Ada Lovelace with/ });
  await tile.click();
  await page.getByRole('dialog').getByText('Calling Ada Lovelace').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(await calls(), [], 'a cancelled call is not placed');
  await tile.click();
  // No click needed: the countdown takes three seconds.
  await page.getByRole('article').filter({ hasText: 'Ada Lovelace' }).waitFor();
  const placed = await calls();
  assert.deepEqual(
    placed.map(({ to }) => to),
    ['+15005550114'],
    'one click, one call',
  );
  await page.getByRole('button', { name: /^Hang up the call to Ada/ }).click();
});

test('somebody’s usual protocol is chosen when they are called, unless another one was', async () => {
  const chosen = (name) => page.getByRole('radio', { name, checked: true }).waitFor({ state: 'attached' });
  const number = page.locator('#number');
  await open('#/people/new');
  await page.locator('#name').fill('Grace Hopper');
  await page.getByLabel('Number 1', { exact: true }).fill('(500) 555-0118');
  await page.getByLabel('Usual protocol').selectOption('dinner');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^Dial Grace Hopper/ }).click();
  await chosen(/^Dinner is ready/);
  await page.getByText('Usual for Grace Hopper').waitFor();
  await look(page, 'dial-usual');
  await page.locator('label').filter({ hasText: 'Say hello' }).click();
  await chosen(/^Say hello/);
  assert.equal(await page.getByText('Usual for Grace Hopper').count(), 0);
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.waitForFunction(() => document.querySelector('#number').value === '');
  assert.equal((await calls())[0].protocol, 'hello');
  await page.getByRole('button', { name: /^Hang up the call to Grace/ }).click();
  await number.fill('+15005550118');
  await chosen(/^Dinner is ready/);
  await number.fill('+15005550119');
  await chosen(/^Say hello/);
  await number.fill('');
  // Changing something else about them leaves it as it is.
  await open('#/people');
  await page.getByRole('link', { name: 'Edit Grace Hopper' }).click();
  assert.equal(await page.getByLabel('Usual protocol').inputValue(), 'dinner');
  await look(page, 'person-usual');
  await page.locator('#name').fill('Grace B. Hopper');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^Dial Grace B. Hopper/ }).waitFor();
  const { items } = await switchboard.ask('GET', '/api/v1/people');
  const { id, usual_protocol } = items.find(({ name }) => name === 'Grace B. Hopper');
  assert.equal(usual_protocol, 'dinner');
  await switchboard.ask('DELETE', `/api/v1/people/${id}`);
});

test('a name on the dial finds its number', async () => {
  await open('#/');
  await page.locator('#number').fill('ada');
  await page.getByRole('button', { name: /^Use Ada Lovelace/ }).click();
  await page.waitForFunction(() => /500 ?.?555.?0114/.test(document.querySelector('#number').value));
});

test('who is blocked is not rung, and the page says why', async () => {
  await open('#/people/blocked');
  await page.getByLabel('Number to block').fill('500 555 0114');
  await page.getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByText('Blocked +').first().waitFor();
  await page.getByText('Only the owner can unblock a number').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Unblock/ }).count(), 0);
  const before = (await calls()).length;
  await open('#/');
  await page.locator('#number').fill('+15005550114');
  await page.locator('#number').press('Enter');
  await page.getByRole('alert').getByText('This number is blocked').waitFor();
  assert.equal((await calls()).length, before);
});

test('what was not saved is not lost by a wrong click', async () => {
  await open('#/people/new');
  await page.locator('#name').fill('Somebody');
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  const question = page.getByRole('dialog').filter({ hasText: 'Discard changes?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await question.waitFor({ state: 'detached' });
  assert.equal(await page.locator('#name').inputValue(), 'Somebody');
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
});

test('an address book shows what it would do, comes in, and can be undone', async () => {
  await open('#/people');
  const card = (name, number) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nTEL:${number}\r\nEND:VCARD\r\n`;
  const book = card('Grace Hopper', '+1 500 555 0143') + card('Nobody', 'mom');
  const choose = (file) => page.locator('input[type=file]').setInputFiles(file);
  const dialog = page.getByRole('dialog');
  await choose({ name: 'book.vcf', mimeType: 'text/vcard', buffer: Buffer.from(book) });
  await dialog.getByText('1 new person').waitFor();
  await dialog.getByText('Nobody has no phone number').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  const names = async () => (await switchboard.ask('GET', '/api/v1/people')).items.map(({ name }) => name);
  assert.deepEqual(await names(), ['Ada Lovelace'], 'what was only shown changes nothing');
  await choose({ name: 'book.vcf', mimeType: 'text/vcard', buffer: Buffer.from(book) });
  await dialog.getByRole('button', { name: 'Import' }).click();
  await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor({ state: 'detached' });
  await page.getByText('Import undone').waitFor();
  await choose({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('milk, bread') });
  await dialog.getByRole('alert').getByText('not an address book').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('files in other encodings keep their letters', async () => {
  await open('#/people');
  const dialog = page.getByRole('dialog');
  const latin =
    'BEGIN:VCARD\r\nVERSION:2.1\r\nFN:J\u00f6rg M\u00fcller\r\nTEL;CELL:+15005550144\r\nEND:VCARD\r\n';
  const wide = '\ufeffName,Phone\r\n\u0141ukasz Zo\u00eb,+15005550145\r\n';
  for (const [name, mimeType, buffer, person] of [
    ['old.vcf', 'text/vcard', Buffer.from(latin, 'latin1'), 'J\u00f6rg M\u00fcller'],
    ['contacts.csv', 'text/csv', Buffer.from(wide, 'utf16le'), '\u0141ukasz Zo\u00eb'],
  ]) {
    await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
    await dialog.getByText(person).waitFor();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { name: person }).waitFor();
    // The list may change before the response arrives; only after that is another file accepted.
    await dialog.waitFor({ state: 'hidden' });
  }
  const { items } = await switchboard.ask('GET', '/api/v1/people');
  assert.ok(
    items.some(({ name }) => name === 'J\u00f6rg M\u00fcller'),
    JSON.stringify(items),
  );
});

test('another browser sees the change without a reload', async () => {
  await open('#/people');
  await switchboard.ask('POST', '/api/v1/people', { name: 'Alan Turing' });
  await page.getByRole('heading', { name: 'Alan Turing' }).waitFor();
});
