// Every view in both themes and three widths; screenshots as in look.mjs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser, signIn } from './browser.mjs';
import { startHouse } from './house.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

const VIEWS = [
  { name: 'dial', at: '#/', ready: (page) => page.getByRole('article').nth(1), before: dial },
  { name: 'refused', at: '#/', ready: (page) => page.getByRole('alert'), before: refused },
  { name: 'calls', at: '#/calls', ready: (page) => page.locator('main li a').first() },
  { name: 'plots', at: '#/calls', ready: (page) => page.locator('canvas').first(), before: showPlots },
  { name: 'spending', at: '#/calls', ready: (page) => page.locator('canvas').first(), before: showSpending },
  {
    name: 'spending-by-person',
    at: '#/calls',
    ready: (page) => page.getByRole('row', { name: /Ada Lovelace/ }),
    before: showSpendingByPerson,
  },
  {
    name: 'nothing-found',
    at: '#/calls',
    ready: (page) => page.getByText('No matching calls').first(),
    before: searchNothing,
  },
  { name: 'call', at: '#/calls', ready: (page) => page.getByText('What happened').first(), before: openCall },
  { name: 'no-such-call', at: '#/calls/0', ready: (page) => page.getByText('No such call').first() },
  { name: 'protocols', at: '#/protocols', ready: (page) => page.getByRole('article').first() },
  {
    name: 'edit-twiml',
    at: '#/protocols/edit/hello',
    ready: (page) => page.getByText('1 s of silence').first(),
  },
  {
    name: 'edit-sound',
    at: '#/protocols/new',
    ready: (page) => page.getByText('Dinner bell').first(),
    before: (page) => page.getByText('Sound file', { exact: true }).first().click(),
  },
  {
    name: 'edit-options',
    at: '#/protocols/edit/dinner',
    ready: (page) => page.locator('#timeout'),
    before: unfold,
  },
  {
    name: 'new-faulty',
    at: '#/protocols/new',
    ready: (page) => page.getByText('Enter a short name for scripts').first(),
    before: saveNothing,
  },
  { name: 'people', at: '#/people', ready: (page) => page.getByText('Do not call').first() },
  {
    name: 'blocked',
    at: '#/people/blocked',
    ready: (page) => page.getByText('asked not to be called').first(),
  },
  { name: 'new-person', at: '#/people/new', ready: (page) => page.locator('#name') },
  { name: 'settings', at: '#/settings', ready: (page) => page.getByText('Colors').first() },
  { name: 'help', at: '#/help', ready: (page) => page.getByText('Keyboard shortcuts') },
  {
    name: 'help-page',
    at: '#/help/command-line',
    ready: (page) => page.getByRole('heading', { name: 'Command line', level: 1 }),
  },
  {
    name: 'countdown',
    at: '#/',
    ready: (page) => page.getByRole('dialog').getByText('Calling Ada'),
    before: countDown,
  },
  {
    name: 'find',
    at: '#/',
    ready: (page) => page.getByRole('dialog'),
    before: (page) => page.keyboard.press('Control+k'),
  },
];

let switchboard;
before(async () => (switchboard = await startHouse()));
after(() => switchboard.stop());

for (const theme of ['light', 'dark']) {
  for (const width of [320, 768, 1280]) {
    test(`every view, ${theme}, ${width} px wide`, async () => {
      // Still open while the page is checked: one rings for a minute, one talks for five.
      await switchboard.placeCall('protocol2', '+15005550111');
      await switchboard.placeCall('dinner', '+15005550114');
      const browser = await openBrowser(switchboard.url, { theme, width, height: width < 500 ? 720 : 860 });
      const { page } = browser;
      try {
        for (const view of VIEWS) {
          // By way of a blank page: unsaved input of the view before would block leaving.
          await page.goto('about:blank');
          await page.goto(new URL(view.at, switchboard.url).href);
          await page.getByText('Connected', { exact: true }).first().waitFor();
          await view.before?.(page);
          await view.ready(page).waitFor();
          await look(page, `${view.name}-${theme}-${width}`);
        }
        const quiet = browser.complaints.filter((words) => !/status of (404|422)/.test(words));
        assert.deepEqual(quiet, []);
      } finally {
        await browser.close();
      }
    });
  }
}

test('the pages before one is in', async () => {
  for (const theme of ['light', 'dark']) {
    const browser = await openBrowser(switchboard.url, { theme, width: 320, height: 720, signedIn: false });
    try {
      await signIn(browser.page, 'wrong');
      await browser.page.getByRole('alert').waitFor();
      await look(browser.page, `sign-in-${theme}`);
      await browser.page.goto(new URL('/pair?code=abcdefgh23456789', switchboard.url).href);
      await look(browser.page, `pair-${theme}`);
    } finally {
      await browser.close();
    }
  }
});

test('a small board: no protocols, no calls, no server', async () => {
  const empty = await startSwitchboard({ protocols: null });
  const browser = await openBrowser(empty.url, { theme: 'dark' });
  const { page } = browser;
  try {
    await page.getByText('Nothing to play yet').first().waitFor();
    await look(page, 'empty-dial');
    await page.goto(new URL('#/calls', empty.url).href);
    await page.getByText('No calls yet').first().waitFor();
    await look(page, 'empty-calls');
    await page.goto(new URL('#/protocols', empty.url).href);
    await page.getByText('No protocols').first().waitFor();
    await look(page, 'empty-protocols');
    await page.goto(new URL('#/', empty.url).href);
    await empty.stop();
    await page
      .getByText(/^Not connected since/)
      .first()
      .waitFor();
    await look(page, 'stale-dial');
    await page.setViewportSize({ width: 320, height: 720 });
    await look(page, 'stale-dial-320');
  } finally {
    await browser.close();
    await empty.stop();
  }
});

async function dial(page) {
  await page.locator('#number').pressSequentially('2025550142');
  await page.getByText('Valid number').first().waitFor();
  await page.getByText('About 1.4 ¢ a minute to United States').waitFor();
}

async function refused(page) {
  await page.locator('#number').fill('+15005550001');
  await page.locator('#number').press('Enter');
}

async function countDown(page) {
  // Stops the countdown.
  await page.evaluate(() => (window.setInterval = () => 0));
  await page.getByRole('button', { name: 'Call Ada Lovelace' }).click();
}

async function searchNothing(page) {
  await page.getByRole('searchbox').fill('nobody');
}

async function showPlots(page) {
  await page.getByRole('tab', { name: 'Charts' }).click();
  await page.getByRole('table', { name: 'Calls per day' }).getByRole('row').nth(30).waitFor();
}

async function showSpending(page) {
  await page.getByRole('tab', { name: 'Spending' }).click();
  await page.getByRole('table', { name: 'Spent per day, USD' }).getByRole('row').nth(30).waitFor();
}

async function showSpendingByPerson(page) {
  await showSpending(page);
  await page.getByLabel('Total by').selectOption('Person');
}

async function openCall(page) {
  await page.locator('main li a').nth(1).click();
}

async function unfold(page) {
  await page.getByText('Call options').click();
}

async function saveNothing(page) {
  await page.getByRole('button', { name: 'Save' }).click();
}
