// Many tabs of one browser over plain HTTP share one event stream, so connections are left to call and hang up.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { startSwitchboard } from './switchboard.mjs';
import { openWire } from './wire.mjs';

/** Answered, and lasts for minutes. */
const LONG = '+15005550114';
/** Longer than the listening tab is ever silent, in milliseconds. */
const DESERTED_MS = 46_000;

async function openTabs(count) {
  const switchboard = await startSwitchboard({ speed: 1 });
  const wire = await openWire(switchboard.url);
  const browser = await openBrowser(wire.url);
  const tabs = [browser.page];
  const connected = (tab) => tab.getByText('Connected', { exact: true }).first().waitFor();
  await connected(browser.page);
  while (tabs.length < count) {
    const tab = await browser.page.context().newPage();
    tabs.push(tab);
    await tab.goto(wire.url);
    await connected(tab);
  }
  return {
    switchboard,
    wire,
    tabs,
    async close() {
      await browser.close();
      await wire.close();
      await switchboard.stop();
    },
  };
}

async function hear(switchboard, tabs, number) {
  await switchboard.placeCallAsync('protocol1', number);
  const shown = number.slice(-4);
  await Promise.all(
    tabs.map((tab) =>
      tab
        .getByRole('article')
        .filter({ hasText: `555 ${shown}` })
        .first()
        .waitFor(),
    ),
  );
}

test('nine tabs call and hang up, and hear it through one stream', async () => {
  const { switchboard, wire, tabs, close } = await openTabs(9);
  try {
    assert.equal(wire.streams, 1);
    const last = tabs.at(-1);
    await last.locator('#number').fill(LONG);
    const placed = last.waitForResponse((answer) => answer.request().method() === 'POST');
    await last.locator('#number').press('Enter');
    assert.equal((await placed).status(), 201);
    const tickets = tabs.map((tab) => tab.getByRole('article').filter({ hasText: '555 0114' }).first());
    await Promise.all(tickets.map((ticket) => ticket.getByText('In call').first().waitFor()));
    assert.equal(wire.streams, 1);
    const hungUp = tabs[4].waitForResponse((answer) => answer.url().endsWith('/hangup'));
    await tickets[4].getByRole('button', { name: /^Hang up/ }).click();
    assert.equal((await hungUp).status(), 200);
    await Promise.all(
      tickets.map(async (ticket) =>
        ticket.getByRole('button', { name: /^Hang up/ }).waitFor({ state: 'hidden' }),
      ),
    );
    assert.equal(wire.streams, 1);
    assert.equal((await switchboard.ask('GET', '/api/v1/calls')).items.length, 1);
  } finally {
    await close();
  }
});

test('another tab listens when the one that did is closed, is put to sleep or goes silent', async () => {
  const { switchboard, wire, tabs, close } = await openTabs(4);
  try {
    const [closed, asleep, stuck, last] = tabs;
    await closed.close();
    await hear(switchboard, [asleep, stuck, last], '+15005550110');

    const sleeping = await asleep.context().newCDPSession(asleep);
    await sleeping.send('Page.setWebLifecycleState', { state: 'frozen' });
    await hear(switchboard, [stuck, last], '+15005550111');
    assert.equal(wire.streams, 1);
    await sleeping.send('Page.setWebLifecycleState', { state: 'active' });
    await hear(switchboard, [asleep, stuck, last], '+15005550112');
    assert.equal(wire.streams, 1);

    // A tab that has the lock but doesn't listen.
    await stuck.goto(new URL('/sign-in', wire.url).href);
    await stuck.evaluate(
      () =>
        new Promise((taken) => {
          const hold = () => {
            taken();
            return new Promise(() => undefined);
          };
          navigator.locks.request('benspamsphones.updates', { steal: true }, hold).catch(() => undefined);
        }),
    );
    await last.clock.install();
    await last.reload();
    const asked = wire.asked;
    await last.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
    await last.clock.fastForward(DESERTED_MS);
    await hear(switchboard, [asleep, last], '+15005550113');
    assert.equal(wire.asked, asked + 1);
    assert.equal(wire.streams, 1);
  } finally {
    await close();
  }
});

test('another tab listens when the one that did crashes, and misses nothing', async () => {
  const { switchboard, wire, tabs, close } = await openTabs(3);
  try {
    const [crashing, ...others] = tabs;
    const asked = wire.asked;
    const crashed = crashing.waitForEvent('crash');
    const debugging = await crashing.context().newCDPSession(crashing);
    // Its process ends before it can answer.
    debugging.send('Page.crash').catch(() => undefined);
    await crashed;
    // The others haven't been told yet that one of them must listen.
    await switchboard.placeCallAsync('protocol1', '+15005550112');
    await hear(switchboard, others, '+15005550111');
    for (const tab of others)
      await tab.getByRole('article').filter({ hasText: '555 0112' }).first().waitFor();
    assert.equal(wire.asked, asked + 1);
    assert.equal(wire.streams, 1);
    assert.equal((await switchboard.ask('GET', '/api/v1/calls')).items.length, 2);
  } finally {
    await close();
  }
});

test('signing out in one tab signs out in all', async () => {
  const { tabs, close } = await openTabs(3);
  try {
    const [first, second, third] = tabs;
    await second.goto(`${new URL(second.url()).origin}/#/settings`);
    await second.getByRole('button', { name: 'Sign out' }).click();
    for (const tab of [second, first, third]) await tab.getByRole('button', { name: 'Sign in' }).waitFor();
  } finally {
    await close();
  }
});
