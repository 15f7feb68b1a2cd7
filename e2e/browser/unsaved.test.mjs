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

test('changes that come back don’t overwrite what was saved meanwhile', async () => {
  const path = '/api/v1/protocols/hello';
  const fields = { name: 'Hello', phone_number: '+15005550006' };
  await switchboard.ask('PUT', path, { ...fields, say: { text: 'Hello.' } });
  const told = page.waitForResponse((answer) => answer.url().endsWith(path));
  await open('#/protocols/edit/hello');
  await told;
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello from the draft.');
  await endSession();
  await switchboard.ask('PUT', path, { ...fields, say: { text: 'Hello from elsewhere.' } });
  await signIn(page);
  await page.getByText('Your unsaved changes are back.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  const note = page.getByRole('alert').filter({ hasText: 'This protocol was changed elsewhere' });
  await note.getByText('Hello from elsewhere.').waitFor();
  await note.getByText('Hello from the draft.').waitFor();
  assert.equal((await switchboard.ask('GET', path)).say.text, 'Hello from elsewhere.');
  await note.getByRole('button', { name: 'Save mine' }).click();
  await page.getByText('Saved Hello.').waitFor();
  assert.equal((await switchboard.ask('GET', path)).say.text, 'Hello from the draft.');
});

test('nor does a person who was changed elsewhere lose that', async () => {
  const { id } = await switchboard.ask('POST', '/api/v1/people', { name: 'Ada' });
  const path = `/api/v1/people/${id}`;
  const edit = async () => {
    await open('#/people');
    await page.getByRole('heading', { name: 'Ada' }).waitFor();
    const told = page.waitForResponse((answer) => answer.url().endsWith(path));
    await open(`#/people/edit/${id}`);
    await told;
  };
  await edit();
  await page.locator('#name').fill('Ada Lovelace');
  await switchboard.ask('PUT', path, { name: 'Ada', numbers: [{ number: '+15005550119' }] });
  await endSession();
  await signIn(page);
  await page.getByText('Your unsaved changes are back.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  const note = page.getByRole('alert').filter({ hasText: 'This person was changed elsewhere' });
  await note.getByText('+1 500 555 0119').waitFor();
  await note.getByText('Ada Lovelace').waitFor();
  await look(page, 'person-changed-elsewhere');
  assert.equal((await switchboard.ask('GET', path)).name, 'Ada', 'nothing was overwritten');
  await note.getByRole('button', { name: 'Use theirs' }).click();
  assert.equal(await page.locator('#name').inputValue(), 'Ada');
  await page.locator('#name').fill('Ada L.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Ada L.').waitFor();
  const kept = await switchboard.ask('GET', path);
  assert.deepEqual([kept.name, kept.numbers[0].number], ['Ada L.', '+15005550119']);
});

test('signing out asks about what isn’t saved, and leaves nothing behind', async () => {
  await page.locator('#number').fill('+15005550117');
  await page.waitForFunction(() => JSON.stringify(localStorage).includes('0117'));
  await open('#/people/new');
  await page.locator('#name').fill('Ada Lovelace');
  const signOut = async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sign out');
    await page.keyboard.press('Enter');
  };
  await signOut();
  const question = page.getByRole('dialog').filter({ hasText: 'There are unsaved changes.' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await question.waitFor({ state: 'detached' });
  assert.equal(await page.locator('#name').inputValue(), 'Ada Lovelace');
  await signOut();
  await question.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const left = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(left, /0117|Lovelace/);
  await signIn(page);
  await page.getByRole('radio').first().waitFor();
  assert.equal(await page.locator('#number').inputValue(), '');
});
