// What was typed is not lost: not with the session, not under another tab's feet.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser, signIn } from './browser.mjs';
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

const open = (hash) => page.goto(new URL(hash, switchboard.url).href);
async function endSession() {
  const { items } = await switchboard.askAsOwner('GET', '/api/v1/sessions');
  for (const { id } of items) await switchboard.askAsOwner('DELETE', `/api/v1/sessions/${id}`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

test('a session that ends takes no unsaved protocol with it', async () => {
  await open('#/protocols/edit/dinner');
  await page.getByLabel('Name').fill('Supper is ready');
  await page.getByRole('textbox', { name: 'Message' }).fill('Supper, at last.');
  await endSession();
  await signIn(page);
  await page.getByText('Your unsaved changes are back.').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Supper is ready');
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Supper, at last.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Supper is ready.').waitFor();
  await open('#/protocols/edit/dinner');
  await page.reload();
  await page.getByRole('heading', { name: 'Edit Supper is ready' }).waitFor();
  assert.equal(
    await page.getByText('Your unsaved changes are back.').count(),
    0,
    'what is saved is not kept twice',
  );
});

test('nor an unsaved person', async () => {
  await open('#/people/new');
  await page.locator('#name').fill('Ada Lovelace');
  await page.getByLabel('Number 1', { exact: true }).fill('+15005550100');
  await endSession();
  await signIn(page);
  await page.getByText('Your unsaved changes are back.').waitFor();
  assert.equal(await page.locator('#name').inputValue(), 'Ada Lovelace');
  assert.equal(await page.getByLabel('Number 1', { exact: true }).inputValue(), '+15005550100');
});

test('two tabs that save the same protocol don’t overwrite each other without a word', async () => {
  await switchboard.ask('PUT', '/api/v1/protocols/hello', {
    name: 'Hello',
    phone_number: '+15005550006',
    say: { text: 'Hello.' },
  });
  const edit = async (tab) => {
    const told = tab.waitForResponse((answer) => answer.url().endsWith('/api/v1/protocols/hello'));
    await tab.goto(new URL('#/protocols/edit/hello', switchboard.url).href);
    await told;
  };
  await edit(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello from the first tab.');
  const other = await page.context().newPage();
  await edit(other);
  await other.getByRole('textbox', { name: 'Message' }).fill('Hello from the other tab.');
  await other.getByRole('button', { name: 'Save' }).click();
  await other.getByText('Saved Hello.').waitFor();

  await page.getByRole('button', { name: 'Save' }).click();
  const note = page.getByRole('alert').filter({ hasText: 'This protocol was changed elsewhere' });
  await note.getByText('Hello from the other tab.').waitFor();
  await note.getByText('Hello from the first tab.').waitFor();
  await page.waitForFunction(
    (note) => {
      const { top, bottom } = note.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    },
    await note.elementHandle(),
  );
  await look(page, 'changed-elsewhere');
  const kept = async () => (await switchboard.ask('GET', '/api/v1/protocols/hello')).say.text;
  assert.equal(await kept(), 'Hello from the other tab.');
  await note.getByRole('button', { name: 'Save mine' }).click();
  await page.getByText('Saved Hello.').waitFor();
  assert.equal(await kept(), 'Hello from the first tab.');

  await edit(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('Mine once more.');
  await switchboard.ask('PUT', '/api/v1/protocols/hello', {
    name: 'Hello',
    phone_number: '+15005550006',
    say: { text: 'From a program.' },
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await note.getByRole('button', { name: 'Use theirs' }).click();
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'From a program.');
});
