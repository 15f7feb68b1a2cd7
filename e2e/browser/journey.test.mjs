// With the keyboard only: a call from dial to history, editing a protocol, and reconnecting.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { isSeen, savedAs } from './page.mjs';
import { startSwitchboard } from './switchboard.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startSwitchboard({ speed: 2 })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

/** Presses a key until the focused element matches `selector`. Nothing here uses the pointer. */
async function tabTo(selector, key = 'Tab') {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} never comes to ${selector}`);
}

/** Calls of other tests may still be open. */
const ticket = (number) => page.getByRole('article').filter({ hasText: number });
/** It may have left the station: a slow machine shows some of them only briefly. */
const reached = (number, name) => ticket(number).locator('li:not(.ahead, .skipped)', { hasText: name });

/** Records every line the page shows, however briefly. The returned function waits for one of them. */
async function noteLines() {
  await page.evaluate(() => {
    window.lines = new Set();
    const note = () => document.body.innerText.split('\n').forEach((line) => window.lines.add(line));
    new MutationObserver(note).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return (words) =>
    page.waitForFunction((words) => [...window.lines].some((line) => words.test(line)), words);
}

test('with the keyboard alone: dial, watch, hang up, find it in the history', async () => {
  await tabTo('input[name=protocol]');
  await page.keyboard.press('ArrowDown');
  await tabTo('#number', 'Shift+Tab');
  await page.keyboard.type('5005550114');
  await page.waitForFunction(() => document.querySelector('#number').value === '(500) 555-0114');
  await page.keyboard.press('Enter');
  for (const name of ['Waiting', 'Ringing', 'In call']) await reached('555 0114', name).waitFor();
  // The field is cleared, so Enter can't call twice.
  await page.waitForFunction(() => document.querySelector('#number').value === '');
  await tabTo('article button');
  await page.keyboard.press('Enter');
  await reached('555 0114', 'Ended').waitFor();
  await ticket('555 0114')
    .getByText(/Answered; the call took (\d+ min )?\d+ s\./)
    .waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('calls');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await tabTo('input[type=search]');
  await page.keyboard.type('0114');
  // There are two: the text may be announced to screen readers at the same time.
  await page.getByText('1 call', { exact: true }).first().waitFor();
  await tabTo('main li a');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  for (const words of ['Started', 'Waiting', 'Ringing', 'In call', 'Hang-up requested', 'Completed']) {
    await page.locator('ol.small li', { hasText: words }).first().waitFor();
  }
  assert.deepEqual(browser.complaints, []);
});

test('Enter that is struck many times rings once', async () => {
  const placed = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/calls')) placed.push(request);
  });
  await page.locator('#number').fill('+15005550110');
  await page.locator('#number').focus();
  for (let press = 0; press < 5; press += 1) await page.keyboard.press('Enter');
  await ticket('555 0110').getByText('The line was busy.').waitFor();
  assert.equal(placed.length, 1);
  assert.match((await placed[0].allHeaders())['idempotency-key'], /^[0-9a-f]{32}$/);
});

test('the calls that were searched for are taken along as a file', async () => {
  await page.goto(`${switchboard.url}#/calls?q=0110`);
  await page.getByText('1 call', { exact: true }).first().waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const [names, ...lines] = String(await savedAs(downloading))
    .trim()
    .split(/\r?\n/);
  assert.match(names, /requested_at/);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /15005550110/);
});

test('what Twilio refuses is said with its reason, and what to do', async () => {
  await page.locator('#number').fill('+15005550001');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('Twilio refused the call.').waitFor();
  const link = alert.getByRole('link', { name: 'Twilio’s help on 21217' });
  assert.equal(await link.getAttribute('href'), 'https://www.twilio.com/docs/api/errors/21217');
});

test('on a small phone what becomes of a call comes before one’s eyes', async () => {
  await page.setViewportSize({ width: 320, height: 720 });
  await page.locator('#number').fill('+15005550001');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.waitForFunction(isSeen, await page.getByRole('alert').elementHandle());
  await page.getByRole('heading', { name: 'Welcome to your switchboard' }).waitFor();
  await page.locator('#number').fill('+15005550115');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await ticket('555 0115').waitFor();
  await page.waitForFunction(isSeen, await ticket('555 0115').elementHandle());
});

test('a refusal is of the number that was refused, and of no other', async () => {
  const alert = page.getByRole('alert');
  await page.locator('#number').fill('112');
  await page.locator('#number').press('Enter');
  await alert.getByText('This is an emergency number.').waitFor();
  await page.locator('#number').fill('+15005550110');
  await alert.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Dial', exact: true }).click();
  await page.getByText('Valid number').waitFor();
  assert.equal(await alert.count(), 0, 'nobody refused this one');
  await page.locator('#number').fill('112');
  await alert.getByText('This is an emergency number.').waitFor();
  assert.equal(
    await page.getByRole('region', { name: 'Messages' }).getByRole('listitem').count(),
    0,
    'said once',
  );
});

test('a protocol is written, edited, duplicated, deleted and wanted back', async () => {
  await page.getByRole('link', { name: 'Protocols' }).click();
  await page.getByRole('link', { name: 'New protocol' }).click();
  // It has a name, so it comes from the account, not from another protocol.
  await page.locator('#numbers option[value="+15005550006"][label]').waitFor({ state: 'attached' });
  await page.getByLabel('Name').fill('Tea time');
  assert.equal(await page.getByLabel('Id', { exact: true }).inputValue(), 'tea-time');
  await page.getByRole('radio', { name: /^TwiML/ }).check({ force: true });
  await page.getByRole('textbox', { name: 'TwiML' }).fill('<Response><Say>Tea<Say></Response>');
  await page
    .getByText(/Not well-formed XML, line 1, column \d+\./)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForFunction(() => document.activeElement?.matches('textarea[aria-invalid=true]'));
  assert.match(page.url(), /#\/protocols\/new$/);
  await page
    .getByRole('textbox', { name: 'TwiML' })
    .fill('<Response><Pause length="2"/><Say>Tea is ready.</Say></Response>');
  await page.getByRole('region', { name: 'What the person will hear' }).getByText('2 s of silence').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Tea time.').first().waitFor();

  await page.getByRole('link', { name: 'Edit Tea time' }).click();
  await page.getByRole('radio', { name: /^Spoken message/ }).check({ force: true });
  await page.getByRole('textbox', { name: 'Message' }).fill('Tea is getting cold.');
  await page.getByText('Call options').click();
  await page.getByLabel('Ring for at most').fill('20');
  await page.getByRole('button', { name: 'Save' }).click();
  const card = page.getByRole('article').filter({ hasText: 'tea-time' });
  await card.getByText('Says “Tea is getting cold.”').waitFor();

  await page.getByRole('link', { name: 'Duplicate Tea time' }).click();
  assert.equal(await page.getByLabel('Id', { exact: true }).inputValue(), 'tea-time-2');
  await page.getByRole('button', { name: 'Save' }).click();
  const copy = page.getByRole('article').filter({ hasText: 'tea-time-2' });
  await copy.waitFor();
  await page.getByRole('button', { name: 'Delete Tea time (2)' }).click();
  await copy.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await copy.waitFor();

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = JSON.parse(await savedAs(downloading));
  assert.deepEqual(file['tea-time'].say, { text: 'Tea is getting cold.' });
  assert.equal(file['tea-time'].timeout, 20);

  delete file['tea-time-2'];
  const upload = {
    name: 'mine.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  };
  await page.locator('input[type=file]').setInputFiles(upload);
  const dialog = page.getByRole('dialog', { name: 'Import mine.json?' });
  await dialog.getByLabel('Delete protocols that aren’t in the file').check();
  await dialog.getByRole('button', { name: 'Import' }).click();
  await page
    .getByText(`Imported ${Object.keys(file).length} protocols.`)
    .first()
    .waitFor();
  await copy.waitFor({ state: 'detached' });
  assert.deepEqual(browser.complaints, []);
});

test('after the server was away the page catches up by itself', async () => {
  await page.getByText('Connected', { exact: true }).first().waitFor();
  const shown = await noteLines();
  await switchboard.restart();
  // A browser waits two seconds before it reconnects, so this event is in no stream.
  await switchboard.placeCall('hello', '+15005550002');
  await shown(/^Not connected since .*\. Trying again…$/);
  await shown(/^Connected again\.$/);
  await page.getByText('The number cannot be reached').first().waitFor();
  await page.getByText('Connected', { exact: true }).first().waitFor();
});
