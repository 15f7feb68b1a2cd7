import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { look } from './look.mjs';
import { drawn } from './page.mjs';
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

test('one can type at once, and the welcome has a number to begin with', async () => {
  await page.waitForFunction(() => document.activeElement?.id === 'number');
  await page.getByRole('button', { name: /^Dial \+1.500.555.0100$/ }).click();
  await page.waitForFunction(() => document.activeElement?.id === 'number');
  await page.keyboard.press('Enter');
  await page.getByRole('article').filter({ hasText: '555 0100' }).waitFor();
});

test('? lists the keys, and the welcome comes back', async () => {
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.getByRole('heading', { name: 'Welcome to your switchboard' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await keys.getByText('Go to the search field').waitFor();
  await look(page, 'keys');
  await keys.getByRole('link', { name: 'Help' }).click();
  await page.getByRole('heading', { name: 'Help', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Show the welcome again' }).click();
  await page.getByRole('heading', { name: 'Welcome to your switchboard' }).waitFor();
});

test('/ goes to the search field, or searches everything where there is none', async () => {
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await page.getByRole('searchbox').waitFor();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).focus();
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
  await page.keyboard.type('a/b');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'a/b', 'where one types it is a letter');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
});

test('what stands in front of the page takes the keys: Ctrl+K, / and ? open nothing over it', async () => {
  const palette = page.getByRole('combobox', { name: 'Search' });
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  // Open both once, so that nothing has to be loaded later.
  await page.getByRole('heading', { name: 'Who do you want to call?' }).focus();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Who do you want to call?' }).focus();
  await page.keyboard.press('?');
  await keys.waitFor();
  const pressAll = async () => {
    for (const key of ['Control+k', '/', '?']) await page.keyboard.press(key);
    await drawn(page);
    assert.equal(await page.locator('dialog[open]').count(), 1);
  };
  await pressAll();
  await keys.getByRole('button', { name: 'Close' }).click();
  await keys.waitFor({ state: 'detached' });

  const { id } = await switchboard.placeCall('dinner', '+15005550111');
  await switchboard.askUntil(`/api/v1/calls/${id}`, ({ ended }) => ended);
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  const again = page.getByRole('button', { name: /^Call again/ }).first();
  await again.waitFor();
  // Stops the countdown, so that no call is placed.
  await page.evaluate(() => (window.setInterval = () => 0));
  await again.click();
  await page.getByRole('timer').waitFor();
  await pressAll();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await palette.waitFor();
});

test('the documentation is in the program, and its links lead on in it', async () => {
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('link', { name: 'Help', exact: true }).click();
  await look(page, 'help');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Limits' }).click();
  await page.getByRole('heading', { name: 'Limits', level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('href') === '#/help/limits');
  await page.getByRole('link', { name: 'pressed 9' }).click();
  await page.getByRole('heading', { name: 'Protocols', level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent === 'Press 9');
  const top = await page
    .getByRole('heading', { name: 'Press 9' })
    .evaluate((it) => it.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 860, 'the part that the link names is in sight');
  await page.goBack();
  await page.getByRole('heading', { name: 'Limits', level: 1 }).waitFor();
  for (const url of asked) assert.equal(new URL(url).host, new URL(switchboard.url).host);
  await page.goto(new URL('#/help/nothing', switchboard.url).href);
  await page.getByText('Page not found').waitFor();
});

test('every page of it can be read, also by those who have little room', async () => {
  await page.setViewportSize({ width: 320, height: 720 });
  await page.getByRole('banner').getByRole('link', { name: 'Help' }).click();
  await page.getByRole('heading', { name: 'Help', level: 1 }).waitFor();
  const pages = await page.locator('main dl a').evaluateAll((links) => links.map((link) => link.hash));
  assert.ok(pages.length > 8);
  for (const [at, hash] of ['#/help', ...pages].entries()) {
    await page.goto(new URL(hash, switchboard.url).href);
    await page.getByRole('link', { name: 'Help', exact: true }).first().waitFor();
    await look(page, `help-320-${at}`);
  }
});

test('the page that tries the API is found in Settings, and not in the navigation', async () => {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  const link = page.getByRole('main').getByRole('link', { name: 'API for programs' });
  assert.equal(await link.getAttribute('href'), '/api/docs/');
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'API' }).count(), 0);
});
