// 46 protocols, 300 people and 10,000 calls: every view is usable, at 200 % too; nothing jumps, and nothing is covered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { personName, protocolName, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';
import { drawn, isSeen } from './page.mjs';

const VIEWS = [
  { name: 'dial', at: '#/', ready: (page) => page.getByRole('radio').nth(7) },
  { name: 'calls', at: '#/calls', ready: (page) => page.locator('main li a').nth(20) },
  { name: 'protocols', at: '#/protocols', ready: (page) => page.getByRole('article').nth(20) },
  { name: 'people', at: '#/people', ready: (page) => page.getByRole('article').nth(20) },
  { name: 'settings', at: '#/settings', ready: (page) => page.getByText('Colors').first() },
  { name: 'help', at: '#/help', ready: (page) => page.getByText('Keyboard shortcuts') },
];
/** Total layout shift that people don't notice. */
const MOST_SHIFT = 0.05;

let switchboard;
before(async () => (switchboard = await startFullHouse({ calls: 10_000 })));
after(() => switchboard.stop());

async function withPage(options, work) {
  const browser = await openBrowser(switchboard.url, options);
  try {
    await browser.page.getByRole('radio').first().waitFor();
    await work(browser.page);
  } finally {
    await browser.close();
  }
}

test('the search opens and takes what is typed', () =>
  withPage({}, async (page) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hopper');
    await page.waitForFunction(() => document.activeElement?.matches('[role=combobox]'));
    assert.equal(await page.getByRole('combobox', { name: 'Search' }).inputValue(), 'hopper');
    assert.equal(await page.getByRole('option', { name: /Hopper/ }).count(), 8);
    await page.getByRole('combobox', { name: 'Search' }).fill('floor 46');
    await page.getByRole('option', { name: protocolName(45) }).click();
    await page.getByRole('radio', { name: protocolName(45), checked: true }).waitFor({ state: 'attached' });
  }));

test('nothing jumps while a view comes up', () =>
  withPage({}, async (page) => {
    for (const { name, at, ready } of VIEWS) {
      await page.goto('about:blank');
      await page.goto(new URL(at, switchboard.url).href);
      await ready(page).waitFor();
      await page.getByText('Connected', { exact: true }).first().waitFor();
      await drawn(page);
      const { sum, moved } = await page.evaluate(shifts);
      assert.ok(sum < MOST_SHIFT, `${name}: ${sum}, ${moved}`);
    }
  }));

/** Layout shifts since the page began, except those caused by input. */
function shifts() {
  return new Promise((told) => {
    new PerformanceObserver((list) => {
      const entries = list.getEntries().filter((entry) => !entry.hadRecentInput);
      const sum = entries.reduce((sum, entry) => sum + entry.value, 0);
      const nodes = entries.flatMap((entry) => entry.sources.map(({ node }) => node?.outerHTML ?? '#'));
      told({ sum, moved: nodes.map((html) => html.slice(0, 80)).join(' ') });
    }).observe({ type: 'layout-shift', buffered: true });
    // Without shifts there is no entry.
    requestAnimationFrame(() => requestAnimationFrame(() => told({ sum: 0, moved: '' })));
  });
}

test('at 200 % every view is whole', () =>
  withPage({ width: 640, height: 430, scale: 2 }, async (page) => {
    for (const { name, at, ready } of VIEWS) {
      await page.goto('about:blank');
      await page.goto(new URL(at, switchboard.url).href);
      await ready(page).waitFor();
      await look(page, `full-${name}-640-2x`);
    }
    await page.goto(new URL('#/', switchboard.url).href);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings');
    await page.getByRole('option', { name: 'Settings' }).waitFor();
    await look(page, 'full-find-640-2x');
  }));

test('on a tablet a live call comes into sight', () =>
  withPage({ width: 768, height: 1024 }, async (page) => {
    await page.locator('#number').fill('+15005550111');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const ticket = page.getByRole('article').filter({ hasText: '555 0111' });
    await ticket.waitFor();
    await page.waitForFunction(isSeen, await ticket.elementHandle());
    await look(page, 'full-live-768');
  }));

for (const [width, height] of [
  [1280, 860],
  [320, 720],
])
  test(`a message covers no control that can't be scrolled out from under it, ${width} px wide`, () =>
    withPage({ width, height }, async (page) => {
      await page.getByRole('link', { name: 'People', exact: true }).click();
      await page.getByRole('article').nth(20).waitFor();
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await downloading;
      const message = page.getByRole('region', { name: 'Messages' }).getByText('Saved people.vcf.');
      await message.waitFor();
      await message.hover();
      // Rows not yet rendered may be a little higher than estimated.
      for (let times = 0; times < 3; times += 1) {
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await drawn(page);
      }
      const last = page.getByRole('article').last().getByRole('link', { name: /^Edit/ });
      assert.equal(await last.evaluate(covered), null);
      await page.getByRole('button', { name: `Delete ${personName(3)}` }).focus();
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        assert.equal(await page.locator(':focus').evaluate(covered), null);
      }
      await message.waitFor();
    }));

function covered(element) {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return over && (element.contains(over) || over.contains(element)) ? null : (over?.outerHTML ?? 'outside');
}
