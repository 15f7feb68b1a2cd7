// Between hosts: a switchboard on one and a browser on another, connected by a switch. Links go down, packets are lost,
// addresses change. The tests print how long people wait; what they assert leaves room for slow machines.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  BUSY,
  connected,
  dial,
  join,
  LONG,
  openDesk,
  pairingUrl,
  SLOW_MS,
  ticketOf,
  trusting,
} from './network-house.mjs';
import { noNetwork } from './network.mjs';

/** Longer than a stream is ever silent, in milliseconds. */
const SILENT_MS = 31_000;
const PATIENCE_MS = 60_000;

/** Runs in the page. A headless browser shows every tab; people only see one. */
function inSight() {
  let isShown = true;
  Object.defineProperty(document, 'visibilityState', {
    get: () => (isShown ? 'visible' : 'hidden'),
  });
  Object.defineProperty(document, 'hidden', { get: () => !isShown });
  globalThis.show = (is) => {
    isShown = is;
    document.dispatchEvent(new Event('visibilitychange'));
  };
}

async function until(isSo) {
  for (const begun = Date.now(); !(await isSo()); await sleep(200))
    assert.ok(Date.now() - begun < PATIENCE_MS, 'it never is');
}

const notConnected = (page) =>
  page
    .getByText(/^Not connected since .* Trying again…$/)
    .first()
    .waitFor();

test(
  'a phone that trusts the certificate joins with its code, calls, and watches the call live',
  {
    skip: noNetwork,
  },
  async () => {
    const house = await openDesk();
    const { phone, desk, switchboard, authority } = house;
    const url = await pairingUrl(switchboard);
    assert.equal(new URL(url).host, new URL(house.url).host, 'it leads to an address of the network');
    let browser;
    try {
      await assert.rejects(
        phone.openBrowser(url, { signedIn: false, hosts: [desk.address] }),
        /ERR_CERT_AUTHORITY_INVALID/,
        'nobody has installed anything yet',
      );
      browser = await phone.openBrowser(url, {
        phone: true,
        signedIn: false,
        prepare: trusting(authority),
        hosts: [desk.address],
      });
      const { page } = browser;
      await join(page, 'Ada’s phone');
      const [cookie] = await page.context().cookies();
      assert.ok(cookie.secure && cookie.httpOnly, JSON.stringify(cookie));
      await dial(page, LONG);
      const ticket = ticketOf(page, LONG);
      await ticket.getByText('In call').first().waitFor();
      const { items } = await switchboard.ask('GET', '/api/v1/calls');
      assert.equal(items[0].asked_by, 'device');
      await switchboard.ask('POST', `/api/v1/calls/${items[0].id}/hangup`);
      await ticket.getByRole('button', { name: /^Hang up/ }).waitFor({ state: 'hidden' });
      assert.deepEqual(browser.complaints, []);
    } finally {
      await browser?.close();
      await house.close();
    }
  },
);

test(
  'a person signs in for the first time over HTTPS, from another computer',
  { skip: noNetwork },
  async () => {
    const house = await openDesk();
    const { phone, desk, authority } = house;
    const browser = await phone.openBrowser(house.url, {
      prepare: trusting(authority),
      hosts: [desk.address],
    });
    try {
      const { page } = browser;
      await connected(page);
      assert.equal(
        await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol),
        'h2',
      );
      await dial(page, BUSY);
      await page.getByText('The line was busy').first().waitFor();
    } finally {
      await browser.close();
      await house.close();
    }
  },
);

test(
  'a link goes down and comes back: the page says so, reconnects, and the call that ended meanwhile is right',
  {
    skip: noNetwork,
  },
  async () => {
    const house = await openDesk();
    const { phone, desk, switchboard, authority } = house;
    const browser = await phone.openBrowser(house.url, {
      prepare: trusting(authority),
      hosts: [desk.address],
    });
    try {
      const { page } = browser;
      await connected(page);
      await dial(page, LONG);
      const ticket = ticketOf(page, LONG);
      await ticket.getByText('In call').first().waitFor();
      phone.unplug();
      const begun = Date.now();
      await notConnected(page);
      const said = Date.now() - begun;
      console.log(`the page says that the link is down after ${said} ms`);
      assert.ok(said < SILENT_MS + SLOW_MS, `${said} ms`);
      const [call] = (await switchboard.ask('GET', '/api/v1/calls')).items;
      await switchboard.ask('POST', `/api/v1/calls/${call.id}/hangup`);
      const { status } = await switchboard.askUntil(`/api/v1/calls/${call.id}`, ({ ended_at }) => ended_at);
      assert.equal(status, 'completed');
      phone.plugIn();
      await connected(page);
      await ticket.getByRole('button', { name: /^Hang up/ }).waitFor({ state: 'hidden' });
      await page.getByText('Answered; the call took').first().waitFor();
      assert.equal((await switchboard.ask('GET', '/api/v1/calls')).items.length, 1);
    } finally {
      await browser.close();
      await house.close();
    }
  },
);

test(
  'if packets are lost, the page opens from its cache, says that it is connecting, and recovers',
  {
    skip: noNetwork,
  },
  async () => {
    const house = await openDesk();
    const { phone, desk, switchboard, authority } = house;
    const browser = await phone.openBrowser(house.url, {
      phone: true,
      prepare: trusting(authority),
      hosts: [desk.address],
    });
    try {
      const { page } = browser;
      await connected(page);
      await page.waitForFunction(async () => {
        const shell = await caches.open('shell');
        const loaded = performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.includes('/assets/'));
        const kept = await Promise.all(['/', ...loaded].map((name) => shell.match(name)));
        return kept.every(Boolean);
      });
      phone.vanish(desk);
      const begun = Date.now();
      await page.reload({ waitUntil: 'commit' });
      await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
      const opened = Date.now() - begun;
      console.log(`the page opens after ${opened} ms where packets vanish`);
      assert.ok(opened < SLOW_MS, `${opened} ms`);
      await page.getByText('Connecting…').first().waitFor();
      await switchboard.placeCallAsync('protocol1', LONG);
      phone.appear();
      await connected(page);
      await ticketOf(page, LONG).waitFor();
    } finally {
      await browser.close();
      await house.close();
    }
  },
);

test(
  'after the desk’s address changed, a phone that already trusts it joins at the new one',
  {
    skip: noNetwork,
  },
  async () => {
    const house = await openDesk();
    const { phone, desk, switchboard, authority } = house;
    const next = '10.87.0.77';
    const browser = await phone.openBrowser(await pairingUrl(switchboard), {
      signedIn: false,
      prepare: trusting(authority),
      hosts: [desk.address, next],
    });
    try {
      const { page } = browser;
      await join(page, 'Ada’s phone');
      desk.moveTo(next);
      const url = await pairingUrl(switchboard);
      assert.equal(new URL(url).hostname, next);
      // At once: an address must work as soon as it is shown.
      await page.goto(url);
      await join(page, 'Ada’s phone again');
      await dial(page, BUSY);
      await page.getByText('The line was busy').first().waitFor();
    } finally {
      await browser.close();
      await house.close();
    }
  },
);

test('nine tabs over plain HTTP: a call goes out and is hung up at once', { skip: noNetwork }, async () => {
  const house = await openDesk({ flags: [] });
  const { phone, desk } = house;
  const browser = await phone.openBrowser(house.url, {
    hosts: [desk.address],
  });
  try {
    const context = browser.page.context();
    await context.addInitScript(inSight);
    await browser.page.reload();
    const tabs = [browser.page];
    await connected(browser.page);
    while (tabs.length < 9) {
      await tabs.at(-1).evaluate(() => globalThis.show(false));
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.goto(house.url);
      await connected(tab);
    }
    assert.equal(await browser.page.evaluate(() => isSecureContext), false, 'as plain as it gets');
    const waits = { call: [], 'hang up': [] };
    for (const tab of [tabs[8], tabs[4], tabs[0]]) {
      for (const other of tabs) await other.evaluate((is) => globalThis.show(is), other === tab);
      // The browser draws a page in the background once a second, and a click waits until its target is drawn.
      await tab.bringToFront();
      await connected(tab);
      const ask = async (what, path, act) => {
        const answered = tab.waitForResponse(
          (answer) => answer.request().method() === 'POST' && answer.url().endsWith(path),
        );
        const begun = Date.now();
        await act();
        assert.ok((await answered).ok(), what);
        waits[what].push(Date.now() - begun);
      };
      await tab.locator('#number').fill(LONG);
      await ask('call', '/calls', () => tab.locator('#number').press('Enter'));
      const hangUp = ticketOf(tab, LONG).getByRole('button', {
        name: /^Hang up/,
      });
      await hangUp.waitFor();
      await ask('hang up', '/hangup', () => hangUp.click());
      await hangUp.waitFor({ state: 'hidden' });
    }
    for (const [what, all] of Object.entries(waits)) {
      const median = all.toSorted((a, b) => a - b)[1];
      console.log(`nine tabs over plain HTTP: ${what} takes ${median} ms (median of ${all.join(', ')})`);
      assert.ok(median < SLOW_MS, `${what}: ${median} ms`);
    }
  } finally {
    await browser.close();
    await house.close();
  }
});
