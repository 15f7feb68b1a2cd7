// A full house: the call stays in sight, protocols are found, and a live call costs hardly any rendering.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { personName, personNumber, protocolName, startFullHouse } from './full-house.mjs';
import { look } from './look.mjs';
import { isSeen } from './page.mjs';
import { startSwitchboard } from './switchboard.mjs';

let switchboard;
let browser;
let page;
before(async () => (switchboard = await startFullHouse({ calls: 200, speed: 1 })));
after(() => switchboard.stop());
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  await page.getByRole('radio').first().waitFor();
});
afterEach(() => browser.close());

const cards = () => page.locator('fieldset .card');

test('the number and Call are in sight at once and however far one scrolls', async () => {
  for (const width of [1280, 768, 320]) {
    await page.setViewportSize({ width, height: 720 });
    for (const part of [page.locator('#number'), page.getByRole('button', { name: 'Call', exact: true })]) {
      await page.evaluate(() => scrollTo(0, 0));
      assert.ok(await part.evaluate(isSeen), `${width} px: at the top`);
      await cards().last().scrollIntoViewIfNeeded();
      assert.ok(await part.evaluate(isSeen), `${width} px: at the last protocol`);
    }
    await look(page, `dial-full-${width}`);
  }
});

test('of many protocols eight are at hand, and any is found', async () => {
  assert.equal(await cards().count(), 8);
  const before = page.getByRole('radio', { checked: true });
  const name = await before.getAttribute('value');
  await page.getByRole('searchbox', { name: 'Find a protocol' }).fill('floor 46');
  await page.getByRole('radio', { name: protocolName(45) }).waitFor();
  await page.getByText('1 of 46').waitFor();
  assert.equal(await before.getAttribute('value'), name, 'what Call plays stays in sight while one searches');
  assert.equal(await cards().count(), 2);
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: protocolName(45), checked: true }).waitFor();
  assert.equal((await switchboard.ask('GET', '/api/v1/calls')).total, 200, 'Enter there rings nobody');
  await page.getByRole('searchbox', { name: 'Find a protocol' }).fill('');
  await page.getByText('8 of 46').waitFor();
  assert.ok(await page.getByRole('radio', { name: protocolName(45) }).isChecked(), 'it stays in sight');
  assert.equal(await cards().count(), 8);
});

test('what stands there when Call is pressed is called, whatever is chosen or typed after that', async () => {
  let arrive;
  const held = new Promise((resolve) => (arrive = resolve));
  // Without the numbering plans the number can't be parsed yet.
  await page.route(/\/assets\/phone-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await page.getByRole('radio').first().waitFor();
  await cards()
    .filter({ hasText: protocolName(1) })
    .click();
  await page.locator('#number').fill('+15005550111');
  await page.locator('#number').press('Enter');
  await cards()
    .filter({ hasText: protocolName(2) })
    .click();
  await page.locator('#number').fill('+15005550112');
  arrive();
  const { items } = await switchboard.askUntil('/api/v1/calls', ({ total }) => total > 200);
  assert.deepEqual([items[0].protocol, items[0].to], ['reminder-2', '+15005550111']);
  await page.waitForFunction(() => document.querySelector('form[aria-busy=false]'));
  assert.ok(await page.getByRole('radio', { name: protocolName(2) }).isChecked(), 'the later choice stays');
  assert.match(await page.locator('#number').inputValue(), /0112$/);
});

test('an extension comes along from a person and from a recent call', async () => {
  const ada = { name: 'Extended Ada', numbers: [{ number: '+15005550111', extension: '12' }] };
  const { id } = await switchboard.ask('POST', '/api/v1/people', ada);
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search' }).fill('extended');
  await page.getByRole('button', { name: /^Dial Extended Ada/ }).click();
  await page.waitForFunction(() => document.querySelector('#number')?.value.endsWith(';ext=12'));
  await page.locator('#number').press('Enter');
  const { items } = await switchboard.askUntil('/api/v1/calls', ({ items }) => items[0].extension === '12');
  assert.equal(items[0].to, '+15005550111');
  await switchboard.ask('DELETE', `/api/v1/people/${id}`);
  await page.waitForFunction(() => document.querySelector('#number').value === '');
  await page.getByRole('button', { name: 'Use +1 500 555 0111;ext=12' }).click();
  await page.waitForFunction(() => document.querySelector('#number').value === '+1 500 555 0111;ext=12');
});

test('whom a number belongs to stands with it', async () => {
  await page.locator('#number').fill('wojcik zoe');
  await page.getByRole('button', { name: `Use ${personName(73)}` }).click();
  await page.locator('form').getByText(personName(73), { exact: true }).first().waitFor();
  await page.locator('#number').fill(personNumber(12));
  await page.locator('#number-who').getByText(personName(12), { exact: true }).waitFor();
});

test('a live call is drawn without a new style for each frame', async () => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await switchboard.placeCall('reminder-1', '+15005550114');
  const ticket = page.getByRole('article').filter({ hasText: '555 0114' });
  await ticket.locator('li[aria-current=step]', { hasText: 'In call' }).waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const styles = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'RecalcStyleCount').value;
  };
  // Polling each frame would itself restyle the page.
  const until = (second) =>
    page.waitForFunction(
      (second) => {
        const clock = document.querySelector('article [role=timer]').textContent.trim();
        return Number(clock.split(':')[1]) >= second;
      },
      second,
      { polling: 500 },
    );
  // By now the call is shown; from here on only the clock changes.
  await until(3);
  const before = await styles();
  await until(7);
  const count = (await styles()) - before;
  // Four seconds are 240 frames; the clock changes four times.
  assert.ok(count < 60, `${count} times in four seconds`);
  await ticket.getByRole('button', { name: /^Hang up/ }).click();
});

test('nothing moves by itself while the page fills', async () => {
  await page.addInitScript(() => {
    window.moved = 0;
    const observer = new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => !entry.hadRecentInput && (window.moved += entry.value)),
    );
    observer.observe({ type: 'layout-shift', buffered: true });
  });
  for (const [at, ready] of [
    ['#/', page.getByRole('radio').first()],
    ['#/calls', page.locator('main li a').first()],
    ['#/protocols', page.getByRole('article').first()],
    ['#/people', page.getByRole('article').first()],
  ]) {
    await page.goto('about:blank');
    await page.goto(new URL(at, switchboard.url).href);
    await ready.waitFor();
    await page.getByText('Connected', { exact: true }).first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    const moved = await page.evaluate(() => window.moved);
    assert.ok(moved < 0.05, `${at}: ${moved}`);
  }
});

test('what the rules say to a call is said before Call is pressed', async () => {
  const strict = await startSwitchboard({ limits: true });
  const tab = await openBrowser(strict.url);
  try {
    const outlook = tab.page.locator('form [role=status]');
    await tab.page.locator('#number').fill('+4930901820');
    await outlook.getByText(/isn't on your list/).waitFor();
    await outlook
      .getByText('Only the owner can allow it for one call, in the desktop app.')
      .first()
      .waitFor();
    await outlook.getByText(/^It’s \d+:\d\d there/).waitFor();
    await tab.page.locator('#number').fill('+15005550110');
    await outlook.getByText('Limits and what is used').click();
    await outlook.getByText('0 of 3 calls to this number in 24 hours').waitFor();
    assert.equal(await outlook.getByText(/isn't on your list/).count(), 0);
    await strict.placeCall('dinner', '+15005550110');
    await outlook.getByText('1 of 3 calls to this number in 24 hours').waitFor();
    await outlook.getByText(/less than 10 minutes ago/).waitFor();
    await look(tab.page, 'dial-outlook');
    await tab.page.setViewportSize({ width: 320, height: 720 });
    await look(tab.page, 'dial-outlook-320');
  } finally {
    await tab.close();
    await strict.stop();
  }
});
