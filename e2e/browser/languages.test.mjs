// In German: every view is translated and fits, and the choice takes effect at once and stays.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser, signIn } from './browser.mjs';
import { catalogue, leftovers } from './catalogue.mjs';
import { pretendDesktop } from './desktop.mjs';
import { startHouse } from './house.mjs';
import { look } from './look.mjs';
import { startSwitchboard } from './switchboard.mjs';

const [de, en] = await Promise.all([catalogue('de'), catalogue('en')]);

let switchboard;
before(
  async () => (switchboard = await startHouse({ label: 'mobil', note: 'will nicht', sound: 'Essensglocke' })),
);
after(() => switchboard.stop());

const text = (words) => (page) => page.getByText(words).first();
const press = (name) => (page) => page.getByRole('button', { name }).first().click();

const VIEWS = [
  {
    name: 'dial',
    at: '#/',
    ready: (page) => page.getByRole('article').nth(1),
    before: (page) => page.locator('#number').pressSequentially('2025550142'),
  },
  { name: 'refused', at: '#/', ready: (page) => page.getByRole('alert'), before: call('+15005550001') },
  { name: 'forbidden', at: '#/', ready: (page) => page.getByRole('alert'), before: call('+15005550119') },
  { name: 'calls', at: '#/calls', ready: (page) => page.locator('main li a').first() },
  {
    name: 'plots',
    at: '#/calls',
    ready: (page) => page.locator('canvas').first(),
    before: (page) => page.getByRole('tab', { name: de.calls.plots }).click(),
  },
  {
    name: 'nothing-found',
    at: '#/calls',
    ready: text(de.calls.noneFound),
    before: (page) => page.getByRole('searchbox').fill('niemand'),
  },
  {
    name: 'call',
    at: '#/calls',
    ready: text(de.calls.detail.events),
    before: (page) => page.locator('main li a').last().click(),
  },
  { name: 'no-such-call', at: '#/calls/0', ready: (page) => page.getByRole('alert') },
  { name: 'protocols', at: '#/protocols', ready: (page) => page.getByRole('article').first() },
  { name: 'edit-twiml', at: '#/protocols/edit/hello', ready: text(de.editor.preview) },
  {
    name: 'edit-sound',
    at: '#/protocols/new',
    ready: text('Essensglocke'),
    before: (page) => page.getByText(de.editor.kinds.sound, { exact: true }).first().click(),
  },
  {
    name: 'edit-options',
    at: '#/protocols/edit/dinner',
    ready: (page) => page.locator('#timeout'),
    before: (page) => page.getByText(de.editor.options).click(),
  },
  {
    name: 'new-faulty',
    at: '#/protocols/new',
    ready: text(de.editor.idNeeded),
    before: press(de.editor.save),
  },
  { name: 'people', at: '#/people', ready: text(de.people.mayNot) },
  { name: 'blocked', at: '#/people/blocked', ready: text('will nicht') },
  { name: 'new-person', at: '#/people/new', ready: (page) => page.locator('#name') },
  { name: 'settings', at: '#/settings', ready: text(de.looks.theme) },
  { name: 'help', at: '#/help', ready: text(de.help.keysTitle) },
  { name: 'help-page', at: '#/help/limits', ready: text('Never called') },
  {
    name: 'countdown',
    at: '#/',
    ready: (page) => page.getByRole('dialog').getByText(de.countdown.cancel),
    before: async (page) => {
      // Stops the countdown.
      await page.evaluate(() => (window.setInterval = () => 0));
      await press(`${de.quick.ring} Ada Lovelace`)(page);
    },
  },
  {
    name: 'find',
    at: '#/',
    ready: (page) => page.getByRole('dialog'),
    before: (page) => page.keyboard.press('Control+k'),
  },
];

function call(number) {
  return async (page) => {
    await page.locator('#number').fill(number);
    await page.locator('#number').press('Enter');
  };
}

for (const [theme, width] of [
  ['light', 320],
  ['dark', 320],
  ['light', 1280],
  ['dark', 768],
]) {
  test(`every view in German, ${theme}, ${width} px wide`, async () => {
    const browser = await openBrowser(switchboard.url, {
      theme,
      width,
      height: width < 500 ? 720 : 860,
      locale: 'de-DE',
    });
    const { page } = browser;
    try {
      // Still open while the page is checked: one rings for a minute, one talks for five.
      await switchboard.placeCall('protocol2', '+15005550111');
      await switchboard.placeCall('dinner', '+15005550114');
      for (const view of VIEWS) {
        // By way of a blank page: unsaved input of the view before would block leaving.
        await page.goto('about:blank');
        await page.goto(new URL(view.at, switchboard.url).href);
        await page.getByText(de.connection.live, { exact: true }).first().waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
        await view.before?.(page);
        await view.ready(page).waitFor();
        assert.deepEqual(await leftovers(page, de, en), [], view.name);
        await look(page, `de-${view.name}-${theme}-${width}`);
      }
      const quiet = browser.complaints.filter((words) => !/status of (403|404|422)/.test(words));
      assert.deepEqual(quiet, []);
    } finally {
      await browser.close();
    }
  });

  test(`Settings of the window in German, ${theme}, ${width} px wide`, async () => {
    const browser = await openBrowser(switchboard.url, { theme, width, height: 720, locale: 'de-DE' });
    const { page } = browser;
    try {
      await page.addInitScript(pretendDesktop, {
        language: 'system',
        theme: 'system',
        countdown: true,
        welcomed: true,
      });
      await page.goto(new URL('#/settings', switchboard.url).href);
      await page.reload();
      await page.getByText(de.settings.refusedLead).waitFor();
      await press(de.settings.publicAddress.test)(page);
      await page.getByText(de.server.verdicts.address_not_set_up).waitFor();
      await page.getByText(de.server.vault.locked).waitFor();
      for (const sentence of Object.values(de.server.attention)) await page.getByText(sentence).waitFor();
      assert.deepEqual(await leftovers(page, de, en), []);
      await look(page, `de-window-settings-${theme}-${width}`, { whole: true });
      await press(de.settings.addPhone)(page);
      const dialog = page.getByRole('dialog');
      await dialog.getByText(de.settings.pairHow).waitFor();
      // This computer is in two networks, and only its owner knows which one the phone uses.
      await dialog.getByLabel(de.settings.pairWay).selectOption('https://10.0.0.5:9001');
      await dialog.getByText('https://10.0.0.5:9001/pair?code=abcdefgh23456789').waitFor();
      assert.deepEqual(await leftovers(page, de, en), []);
      await look(page, `de-window-pairing-${theme}-${width}`);
    } finally {
      await browser.close();
    }
  });
}

test('a board without anything, and the pages before one is in, in German', async () => {
  const empty = await startSwitchboard({ protocols: null });
  const browser = await openBrowser(empty.url, { locale: 'de-DE', width: 320, height: 720, signedIn: false });
  const { page } = browser;
  try {
    await signIn(page, 'falsch');
    await page.getByText('Name oder Passwort stimmt nicht.').waitFor();
    assert.deepEqual(await leftovers(page, de, en), []);
    await look(page, 'de-sign-in');
    await page.goto(new URL('/pair?code=abcdefgh23456789', empty.url).href);
    await page.getByText('Name dieses Geräts').waitFor();
    await look(page, 'de-pair');
    await page.goto(empty.url);
    await signIn(page);
    await page.getByText(de.dial.noProtocols).first().waitFor();
    await look(page, 'de-empty-dial');
    for (const [at, words] of [
      ['#/calls', de.calls.none],
      ['#/protocols', de.protocols.none],
      ['#/people', de.people.none],
    ]) {
      await page.goto(new URL(at, empty.url).href);
      await page.getByText(words).first().waitFor();
      assert.deepEqual(await leftovers(page, de, en), [], at);
      await look(page, `de-empty-${at.slice(2)}`);
    }
  } finally {
    await browser.close();
    await empty.stop();
  }
});

test('the choice takes effect at once, keeps what was typed, and stays', async () => {
  const browser = await openBrowser(switchboard.url, { locale: 'de-DE' });
  const { page } = browser;
  try {
    await page.locator('#number').pressSequentially('2025550142');
    await page.getByRole('link', { name: de.places.settings }).click();
    await page.getByRole('radio', { name: 'English' }).click();
    await page.getByRole('heading', { name: en.settings.title, exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    assert.deepEqual(await leftovers(page, en, de), []);
    await page.waitForFunction(() => document.activeElement?.matches('input[name=language]:checked'));
    await page.getByRole('link', { name: en.places.dial, exact: true }).click();
    await page.getByText(en.number.looksRight).first().waitFor();
    assert.equal(await page.locator('#number').inputValue(), '(202) 555-0142');
    await page.waitForFunction(() =>
      localStorage.getItem('benspamsphones.preferences')?.includes('"language":"en"'),
    );
    await page.reload();
    await page.getByText(en.connection.live, { exact: true }).first().waitFor();
    assert.deepEqual(browser.complaints, []);
  } finally {
    await browser.close();
  }
});
