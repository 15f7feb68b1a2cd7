import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { startSwitchboard } from './switchboard.mjs';

const PICTURES = process.env.BSP_PICTURES ?? join(tmpdir(), 'bsp-pictures');
/** Presses 9 half way through the message. */
const NINE = '+15005550128';

test('a person presses 9 and is not called again', async () => {
  await mkdir(PICTURES, { recursive: true });
  const switchboard = await startSwitchboard({ speed: 4 });
  const browser = await openBrowser(switchboard.url);
  const { page } = browser;
  const open = (hash) => page.goto(new URL(hash, switchboard.url).href);
  const picture = (name) =>
    page.screenshot({ path: join(PICTURES, `press-nine-${name}.png`), fullPage: true });
  try {
    const grace = {
      name: 'Grace Hopper',
      numbers: [{ number: NINE, label: 'mobile' }, { number: '+15005550114' }],
    };
    await switchboard.ask('POST', '/api/v1/people', grace);
    await switchboard.ask('PUT', '/api/v1/quick-dials', { items: [{ protocol: 'dinner', number: NINE }] });
    await open('#/');
    await page.getByRole('button', { name: /^Call Grace Hopper with/ }).waitFor();
    await page.getByRole('radio', { name: /Dinner is ready/ }).check({ force: true });
    await page.locator('#number').fill(NINE);
    await page.locator('#number').press('Enter');
    const ticket = page.getByRole('article').filter({ hasText: 'Pressed 9: never called again.' });
    await ticket.waitFor();
    await ticket
      .getByText('Answered; the call took')
      .or(ticket.getByText('A person answered; the call'))
      .waitFor();
    assert.equal(await ticket.getByRole('button', { name: /^Call again/ }).count(), 0, 'it would be refused');
    await picture('ticket');

    const tile = page.getByRole('button', { name: /^Call Grace Hopper Pressed 9/ });
    assert.equal(await tile.getAttribute('aria-disabled'), 'true');
    await tile.click({ force: true });
    // No countdown starts for a call that would be refused: during one, the search doesn't open.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.locator('#number').fill(NINE);
    await page.locator('#number-verdict').getByText('Pressed 9: never called again').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Pin to quick dial' }).count(), 0);
    await picture('dial');
    await page.locator('#number').press('Enter');
    await page.getByRole('alert').getByText('pressed 9 to opt out').waitFor();
    const { items } = await switchboard.ask('GET', '/api/v1/calls');
    assert.equal(items.length, 1, 'nothing left this machine');

    await open('#/calls');
    await page.locator('main li a').first().waitFor();
    assert.equal(await page.getByRole('button', { name: /^Call again/ }).count(), 0);
    await open(`#/calls/${items[0].id}`);
    await page.getByRole('listitem').filter({ hasText: 'Pressed 9: never called again' }).waitFor();
    await picture('call');

    await open('#/people/blocked');
    const row = page.getByRole('listitem').filter({ hasText: 'opted out on' });
    await row.getByText(/opted out on \d+ \w+ 20\d\d/).waitFor();
    assert.equal(await row.getByRole('button').count(), 0, 'a browser can’t undo what a person asked for');
    await page.getByRole('tab', { name: 'People' }).click();
    const people = page.getByRole('article').filter({ hasText: 'Grace Hopper' });
    await people.getByText('Pressed 9: never called again').waitFor();
    assert.equal(
      await people.getByRole('button', { name: /^Dial / }).count(),
      1,
      'her other number may be rung',
    );
    await picture('people');
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});

test('a protocol shows the sentence, and says where it isn’t offered', async () => {
  await mkdir(PICTURES, { recursive: true });
  const switchboard = await startSwitchboard();
  const browser = await openBrowser(switchboard.url);
  const { page } = browser;
  const preview = page.getByRole('region', { name: 'What the person will hear' });
  const offered = preview.getByText('Press 9 and this number will not be called again.');
  const picture = (name) =>
    page.screenshot({ path: join(PICTURES, `press-nine-${name}.png`), fullPage: true });
  try {
    await page.goto(new URL('#/protocols/edit/dinner', switchboard.url).href);
    await offered.waitFor();
    await picture('editor');
    await page.getByRole('combobox', { name: 'Language of that sentence' }).selectOption('de');
    await preview.getByText('Drücken Sie die 9').waitFor();
    await page.getByRole('checkbox', { name: /^Offer an opt-out/ }).uncheck();
    await preview.getByText('Drücken Sie die 9').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^Saved Dinner/).waitFor();
    const dinner = await switchboard.ask('GET', '/api/v1/protocols/dinner');
    assert.equal(dinner.offer_opt_out, false);

    await page.route('**/api/v1/status', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), public_address: false } });
    });
    await page.goto(new URL('#/protocols/edit/hello', switchboard.url).href);
    await page.reload();
    await page.getByRole('note').getByText('Not offered for now').waitFor();
    await offered.waitFor({ state: 'detached' });
    await picture('unreachable');
    for (const [theme, width] of [
      ['light', 320],
      ['dark', 320],
      ['dark', 1280],
    ]) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 860 });
      await picture(`unreachable-${theme}-${width}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${width} px wide: ${overflow} px too many`);
    }
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});
