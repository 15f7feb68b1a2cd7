// A message for one call: written on the dial, spoken, shown with the call, and used again.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

const MESSAGE = 'The <cellar> is flooded & dark.\nBring boots.';

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startSwitchboard({ speed: 50 });
  await switchboard.ask('POST', '/api/v1/protocols', {
    id: 'flood',
    name: 'Flood',
    phone_number: '+15005550006',
    say: { text: 'Hello {name}. {message}' },
  });
});
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

const message = () => page.getByRole('textbox', { name: 'Message' });
const calls = async () => (await switchboard.ask('GET', '/api/v1/calls')).items;
const choose = (name) => page.locator('fieldset .card').filter({ hasText: name }).click();

test('a message is asked for, kept while it is written, said, shown and said again', async () => {
  assert.equal(await message().count(), 0, 'most protocols take none');
  await choose('Flood');
  await message().waitFor();
  await page.locator('#number').fill('+15005550142');
  await page.locator('#number').press('Enter');
  await page.getByText('Enter what to say.').waitFor();
  assert.ok(await message().evaluate((field) => field === document.activeElement), 'the hand goes on there');
  assert.equal((await calls()).length, 0, 'nobody is rung without it');

  await message().fill(MESSAGE);
  const { takes_message } = await switchboard.ask('GET', '/api/v1/protocols/flood');
  const left = takes_message.room - MESSAGE.length - 2 * 3 - 4;
  await page.getByText(`Room for ${left.toLocaleString('en')} more characters.`).waitFor();
  await look(page, 'message');
  await page.setViewportSize({ width: 320, height: 720 });
  await look(page, 'message-320');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  await message().waitFor();
  assert.equal(await message().inputValue(), MESSAGE, 'a reload takes nothing with it');

  await page.getByRole('button', { name: 'Call', exact: true }).click();
  const placed = await switchboard.askUntil('/api/v1/calls', ({ items }) => items[0]?.ended);
  const [{ id }] = placed.items;
  assert.equal((await switchboard.ask('GET', `/api/v1/calls/${id}`)).message, MESSAGE);
  await page.waitForFunction(() => document.querySelector('#message')?.value === '');

  await page.goto(new URL(`#/calls/${id}`, switchboard.url).href);
  await page.getByRole('figure').getByText('Bring boots.').waitFor();
  await look(page, 'message-details');
  await page.getByRole('button', { name: 'Call again' }).last().click();
  const again = await switchboard.askUntil('/api/v1/calls', ({ items }) => items.length === 2);
  assert.equal((await switchboard.ask('GET', `/api/v1/calls/${again.items[0].id}`)).message, MESSAGE);
});

test('the editor offers a message, a name and repeats', async () => {
  await page.goto(new URL('#/protocols/edit/flood', switchboard.url).href);
  const text = page.getByRole('textbox', { name: 'Message', exact: true });
  await text.fill('Alarm for {name}: {message}');
  await page.getByRole('textbox', { name: 'Message if a call has none' }).fill('See the screen.');
  await page.getByRole('combobox', { name: 'Say it' }).selectOption('3');
  await page.getByText('Alarm for [name]: See the screen.').waitFor();
  await look(page, 'message-editor', { whole: true });
  await page.getByRole('button', { name: 'Save' }).click();
  const saved = await switchboard.askUntil('/api/v1/protocols/flood', ({ say }) => say.repeat === 3);
  assert.deepEqual(saved.say, {
    text: 'Alarm for {name}: {message}',
    message: 'See the screen.',
    repeat: 3,
  });
});
