// A history of 2,000 calls: scrolled to its end, with details in sight, and kept in place by "back".

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { protocolName, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';
import { isSeen } from './page.mjs';
import { startSwitchboard } from './switchboard.mjs';

const CALLS = 2_000;

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: CALLS })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await rows().first().waitFor();
});
afterEach(() => browser.close());

const rows = () => page.locator('main li a');

test('it is read on by scrolling, and has an end', async () => {
  for (let shown = 0; shown < 300;) {
    const before = shown;
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForFunction((before) => document.querySelectorAll('main li a').length > before, before);
    shown = await rows().count();
  }
  // One of 46 protocols, so there are few.
  await page.goto(new URL('#/calls?protocol=reminder-46', switchboard.url).href);
  await page.getByText('No earlier calls.').waitFor();
  assert.equal(await rows().count(), Math.floor(CALLS / 46));
});

test('details are in sight from any row', async () => {
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.waitForFunction(() => document.querySelectorAll('main li a').length > 50);
  const row = rows().nth(60);
  // Hovering first, so that scrolling to the row isn't counted.
  await row.hover();
  assert.ok((await page.evaluate(() => scrollY)) > 1_000);
  const top = () => row.evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await top();
  await row.click();
  const heading = page.getByRole('heading', { name: 'What happened' });
  await heading.waitFor();
  const details = await page.locator('section.details h2').elementHandle();
  await page.waitForFunction(isSeen, details);
  assert.ok(Math.abs((await top()) - before) <= 1, 'the row stays where it was');
});

test('the way back leads to the same row', async () => {
  await page.setViewportSize({ width: 768, height: 860 });
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.waitForFunction(() => document.querySelectorAll('main li a').length > 50);
  const row = rows().nth(60);
  await row.scrollIntoViewIfNeeded();
  const href = await row.getAttribute('href');
  await row.click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0, 'a call is read from its top');
  await page.getByRole('link', { name: 'All calls' }).click();
  await page.waitForFunction((href) => document.activeElement?.getAttribute('href') === href, href);
  await page.waitForFunction(isSeen, await row.elementHandle());
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.goBack();
  await page.waitForFunction(isSeen, await rows().nth(60).elementHandle());
});

test('a note is kept when one leaves its field, or the call', async () => {
  const note = page.getByLabel('Note');
  await rows().first().click();
  await note.fill('Call again on Monday');
  await note.blur();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.reload();
  await page.waitForFunction(() => document.querySelector('#call-note')?.value === 'Call again on Monday');
  // Left by keyboard with unsaved text: both the blur and the unmount save, but only one request may be sent.
  const puts = [];
  page.on('request', (request) => request.method() === 'PUT' && puts.push(request.postDataJSON().note));
  const written = page.waitForResponse((answer) => answer.request().method() === 'PUT');
  await note.fill('Done');
  await page.evaluate(() => (location.hash = '#/people'));
  assert.equal((await written).status(), 200);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector('#call-note')?.value === 'Done');
  assert.deepEqual(puts, ['Done']);
});

test('a note that somebody else has changed is not overwritten', async () => {
  await rows().nth(1).click();
  const note = page.getByLabel('Note');
  await note.fill('Mine');
  const id = new URL(page.url()).hash.match(/calls\/([0-9a-f-]+)/)[1];
  await switchboard.ask('PUT', `/api/v1/calls/${id}/note`, { note: 'Theirs' });
  await note.blur();
  await page.getByText('Someone else changed this note.').waitFor();
  assert.equal(await note.inputValue(), 'Theirs\nMine');
  await note.focus();
  await note.press('Control+End');
  await note.pressSequentially('!');
  await note.blur();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal((await switchboard.ask('GET', `/api/v1/calls/${id}`)).note, 'Theirs\nMine!');
});

test('what somebody else writes about an open call is shown', async () => {
  await rows().nth(2).click();
  const note = page.getByLabel('Note');
  await note.waitFor();
  const id = new URL(page.url()).hash.match(/calls\/([0-9a-f-]+)/)[1];
  const path = `/api/v1/calls/${id}/note`;
  const shows = (wanted) =>
    page.waitForFunction((wanted) => document.querySelector('#call-note').value === wanted, wanted);
  await switchboard.ask('PUT', path, { note: 'From elsewhere' });
  await shows('From elsewhere');
  await note.fill('From here');
  const reread = page.waitForResponse((answer) => answer.url().endsWith(`/api/v1/calls/${id}`));
  await switchboard.ask('PUT', path, { note: 'Once more' });
  await reread;
  assert.equal(await note.inputValue(), 'From here');
  await note.blur();
  await shows('Once more\nFrom here');
});

test('a deleted protocol keeps its name', async () => {
  const say = { text: 'Dinner is ready.' };
  const protocol = { id: 'bell', name: 'Dinner bell', phone_number: '+15005550006', say };
  await switchboard.ask('POST', '/api/v1/protocols', protocol);
  const { id } = await switchboard.placeCall('bell', '+15005550142');
  await switchboard.askUntil(`/api/v1/calls/${id}`, ({ ended }) => ended);
  await switchboard.ask('DELETE', '/api/v1/protocols/bell');
  const row = rows().filter({ hasText: 'Dinner bell' });
  await row.click();
  await page.locator('section.details').getByText('Dinner bell (deleted)').waitFor();
  await page.goto(new URL('#/calls?protocol=bell', switchboard.url).href);
  await page.getByText('No earlier calls.').waitFor();
  await look(page, 'calls-deleted-protocol');
  assert.equal(await page.locator('option', { hasText: 'Dinner bell (deleted)' }).count(), 1);
});

test('words are found together: whom it rang, the protocol’s name and the note', async () => {
  const [first] = (await switchboard.ask('GET', '/api/v1/calls?q=hopper%20floor%2046&limit=1')).items;
  assert.equal(first.protocol_name, protocolName(45));
  await switchboard.ask('PUT', `/api/v1/calls/${first.id}/note`, { note: 'Ask about the invoice' });
  const search = page.getByRole('searchbox', { name: 'Search' });
  await search.fill('hopper team 46 invoice');
  await page.getByText('No earlier calls.').waitFor();
  assert.equal(await rows().count(), 1);
  assert.match(await rows().innerText(), /Hopper[^]*floor 46/);
  await search.fill('lovelace invoice');
  await page.waitForFunction(() => document.querySelectorAll('main li a').length === 0);
});

test('charts, spending and refused calls are tabs', async () => {
  await page.getByRole('tab', { name: 'History' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('table', { name: 'Calls per day' }).getByRole('row').nth(30).waitFor();
  assert.equal(await page.getByRole('tab', { name: 'Charts' }).getAttribute('aria-selected'), 'true');
  await look(page, 'calls-charts', { whole: true });
  await page.keyboard.press('ArrowRight');
  await page.getByLabel('Total by').waitFor();
  await page.getByRole('link', { name: 'Dial', exact: true }).click();
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await page.getByLabel('Total by').waitFor();
});

test('technical details are folded, and a failed call’s line stops where it failed', async () => {
  await page.goto(new URL('#/calls?outcome=busy', switchboard.url).href);
  // The old text may still be shown.
  await rows().filter({ hasText: 'Busy' }).first().click();
  const details = page.locator('section.details');
  await details.getByText('Technical details').waitFor();
  assert.equal(await details.getByText('Call SID').isVisible(), false);
  await details.getByText('Technical details').click();
  await details.getByText('Call SID').waitFor();
  const reached = await details
    .locator('ol')
    .first()
    .evaluate((line) => line.style.getPropertyValue('--reached'));
  assert.ok(Number(reached) < 1, reached);
  await look(page, 'call-busy');
});

test('of a queued call that the program cancelled nobody is said to have hung up', async () => {
  const small = await startSwitchboard({ speed: 1 });
  const tab = await openBrowser(small.url);
  try {
    // One call per second leaves the queue, so the last one is still waiting when the program stops, on any machine.
    const placed = Array.from({ length: 60 }, () => small.placeCallAsync('dinner', '+15005550142'));
    const calls = (await Promise.all(placed)).toSorted((a, b) => a.queue_position - b.queue_position);
    const last = calls.at(-1);
    await small.restart();
    await tab.page.goto(new URL(`#/calls/${last.id}`, small.url).href);
    await tab.page.getByText('The program could not go on with this call').first().waitFor();
    assert.equal(
      await tab.page
        .locator('main')
        .getByText(/hung up/i)
        .count(),
      0,
    );
  } finally {
    await tab.close();
    await small.stop();
  }
});
