// Asking for a key to confirm: chosen in the editor, pressed in the middle of the message, shown wherever a call is.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

const ONE = '+15005550130';
const NOTHING = '+15005550131';
const FIVE_THEN_ONE = '+15005550132';
const MACHINE = '+15005550133';

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startSwitchboard({ speed: 30 });
  await switchboard.ask('POST', '/api/v1/protocols', {
    id: 'flood',
    name: 'Flood',
    phone_number: '+15005550006',
    say: { text: 'The cellar is flooded.' },
    acknowledge: true,
    machine_detection: 'Enable',
  });
});
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
});
afterEach(() => browser.close());

const open = (hash) => page.goto(new URL(hash, switchboard.url).href);
async function placed(to) {
  const { id } = await switchboard.ask('POST', '/api/v1/calls', { protocol: 'flood', to });
  return switchboard.askUntil(`/api/v1/calls/${id}`, ({ ended }) => ended);
}

test('the key pressed mid-message shows on the ticket, in the details, the filter and the chart', async () => {
  await page.getByRole('radio').first().waitFor();
  await page.locator('fieldset .card').filter({ hasText: 'Flood' }).click();
  await page.getByRole('radio', { name: /Flood/, checked: true }).waitFor();
  await page.locator('#number').fill(ONE);
  await page.locator('#number').press('Enter');
  const ticket = page.getByRole('article').filter({ hasText: 'Confirmed; the call took' });
  await ticket.waitFor();
  await ticket.getByRole('listitem').filter({ hasText: 'Confirmed' }).waitFor();
  await look(page, 'acknowledge-ticket');

  assert.equal((await placed(NOTHING)).acknowledged_at, null);
  assert.notEqual((await placed(FIVE_THEN_ONE)).acknowledged_at, null);
  assert.equal((await placed(MACHINE)).acknowledged_at, null);

  const { items } = await switchboard.ask('GET', '/api/v1/calls?outcome=confirmed');
  assert.deepEqual(items.map(({ to }) => to).sort(), [ONE, FIVE_THEN_ONE]);
  await open(`#/calls/${items[0].id}`);
  await page.getByRole('listitem').filter({ hasText: 'Confirmed with a key' }).waitFor();
  await look(page, 'acknowledge-details', { whole: true });

  await open('#/calls?outcome=confirmed');
  const rows = page.locator('main li').filter({ has: page.getByRole('link') });
  await rows.filter({ hasText: 'Confirmed' }).nth(1).waitFor();
  assert.equal(await rows.filter({ hasText: 'Answered' }).count(), 0);
  await look(page, 'acknowledge-filter');

  await page.getByRole('tab', { name: 'Charts' }).click();
  await page.locator('canvas').first().waitFor();
  await page.getByText('Confirmed').locator('visible=true').first().waitFor();
  await look(page, 'acknowledge-charts', { whole: true });
});

test('the editor offers it, shows what is said, and says when calls would be refused', async () => {
  await open('#/protocols/edit/dinner');
  const preview = page.getByRole('region', { name: 'What the person will hear' });
  const asks = page.getByRole('checkbox', { name: /^Ask to confirm with a key/ });
  await preview.getByText('Press 9 and this number').waitFor();
  await asks.check();
  await preview.getByText('Press 1 to confirm, or 9 and this number will not be called again.').waitFor();
  await page.getByRole('combobox', { name: 'Key' }).selectOption('4');
  await page.getByRole('textbox', { name: 'What is said' }).fill('Press 4 if you are coming.');
  await preview.getByText('Press 4 if you are coming.').waitFor();
  await look(page, 'acknowledge-editor', { whole: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^Saved Dinner/).waitFor();
  const dinner = await switchboard.ask('GET', '/api/v1/protocols/dinner');
  assert.deepEqual(dinner.acknowledge, { digit: '4', prompt: 'Press 4 if you are coming.' });

  await page.route('**/api/v1/status', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), public_address: false } });
  });
  await page.reload();
  await open('#/protocols/edit/flood');
  await page.getByRole('note').getByText('Calls with this protocol are refused for now').waitFor();
  await page.getByRole('checkbox', { name: /^Only call if the key can be received/ }).uncheck();
  await page.getByRole('note').getByText('Not asked for now').waitFor();
});

for (const [language, locale, word] of [
  ['English', 'en-GB', 'Confirmed'],
  ['German', 'de-DE', 'Bestätigt'],
])
  test(`it fits a phone, in both themes, in ${language}`, async () => {
    const { id } = await placed(ONE);
    for (const theme of ['light', 'dark']) {
      const narrow = await openBrowser(switchboard.url, { theme, width: 320, height: 700, locale });
      try {
        for (const [name, hash, ready] of [
          ['details', `#/calls/${id}`, narrow.page.getByRole('listitem').filter({ hasText: word }).first()],
          ['editor', '#/protocols/edit/flood', narrow.page.locator('#acknowledge-prompt')],
        ]) {
          await narrow.page.goto(new URL(hash, switchboard.url).href);
          await ready.waitFor();
          await look(narrow.page, `acknowledge-${name}-320-${theme}-${locale}`, { whole: true });
        }
        assert.deepEqual(narrow.complaints, []);
      } finally {
        await narrow.close();
      }
    }
  });
