import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { startHouse } from './house.mjs';
import { openWire } from './wire.mjs';

let switchboard;
let browser;
let page;
before(async () => {
  switchboard = await startHouse();
  browser = await openBrowser(switchboard.url, { phone: true });
  page = browser.page;
});
after(async () => {
  await browser?.close();
  await switchboard?.stop();
});

/** Runs in the page: touch targets that are too small, and fields that iOS zooms into. */
function tooSmall() {
  const SIDE = 43.5;
  const targets = 'a[href], button, input, select, textarea, summary, [role=option]';
  const noText = ['checkbox', 'radio', 'range', 'file', 'color'];
  /** Links within a sentence are exempt (WCAG 2.5.5 and 2.5.8). */
  const isInSentence = (element) => {
    if (!element.matches('a') || getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, td, dd, dt, h1, h2, h3, span:not(a span), div');
    return block.textContent.trim().length > element.textContent.trim().length;
  };
  const isBigEnough = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width >= SIDE && height >= SIDE;
  };
  const found = [];
  for (const element of document.querySelectorAll(targets)) {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const dialog = document.querySelector('dialog[open]');
    if (dialog && !dialog.contains(element)) continue;
    const { width, height, bottom } = element.getBoundingClientRect();
    // The skip link appears only on keyboard focus.
    if (bottom + scrollY < 0 || element.type === 'hidden') continue;
    const name = `<${element.localName} ${element.className}> “${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}”`;
    if (![element, ...(element.labels ?? [])].some(isBigEnough) && !isInSentence(element))
      found.push(`${name} is ${Math.round(width)}×${Math.round(height)}`);
    const isField = element.matches('select, textarea, input') && !noText.includes(element.type);
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (isField && size < 16) found.push(`${name} has text of ${size} px`);
  }
  return found;
}

test('every target is as large as a finger, and no field is zoomed into', async () => {
  const call = await switchboard.placeCallAsync('protocol1', '+15005550114');
  const found = [];
  const look = async (where) =>
    found.push(...(await page.evaluate(tooSmall)).map((what) => `${where}: ${what}`));
  const at = async (place, ready) => {
    await page.goto(new URL(place, switchboard.url).href);
    await ready.waitFor();
    await look(place);
  };
  const heading = (name) => page.getByRole('heading', { name }).first();
  await at('#/', page.getByRole('button', { name: /^Hang up/ }).first());
  await at('#/calls', page.locator('main li a').first());
  await at(`#/calls/${call.id}`, page.getByText('What happened').first());
  await at('#/protocols', page.getByRole('article').first());
  await at('#/protocols/new', page.getByLabel('Name').first());
  await at('#/people', page.getByText('Do not call').first());
  await at('#/people/new', page.getByLabel('Name').first());
  await at('#/people/blocked', page.getByText('asked not to be called').first());
  await at('#/settings', heading('Settings'));
  await at('#/help', heading('Help'));
  await at('#/help/phones', page.locator('main h1').first());
  await page.getByRole('button', { name: 'Find' }).tap();
  await page.getByRole('dialog').getByRole('combobox').fill('a');
  await page.getByRole('option').first().waitFor();
  await look('the search');
  await page.keyboard.press('Escape');
  await page.goto(new URL('/pair', switchboard.url).href);
  await look('the page on which a phone joins');
  await page.goto(new URL('/sign-in', switchboard.url).href);
  await look('the page on which one signs in');
  assert.deepEqual(found, []);
});

test('“back” closes what is open before it leads anywhere', async () => {
  const hash = () => new URL(page.url()).hash;
  const closed = () => page.locator('dialog[open]').waitFor({ state: 'detached' });
  const find = () => page.getByRole('button', { name: 'Find' }).tap();
  await page.goto(new URL('#/', switchboard.url).href);
  await page.getByRole('link', { name: 'People', exact: true }).tap();
  await page.getByText('Do not call').first().waitFor();
  await find();
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.goBack();
  await closed();
  assert.equal(hash(), '#/people');
  // A layer closed in another way takes no extra step back.
  await find();
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.keyboard.press('Escape');
  await closed();
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
  assert.equal(hash(), '#/');
  // Nor does one that led to another place.
  await find();
  await page.getByRole('dialog').getByRole('combobox').fill('calls');
  await page.keyboard.press('Enter');
  await page.locator('main li a').first().waitFor();
  assert.equal(hash(), '#/calls');
  await page.locator('main li a').first().tap();
  await page.getByText('What happened').first().waitFor();
  await page.goBack();
  await page.locator('main li a').first().waitFor();
  assert.equal(hash(), '#/calls');
  await page.goBack();
  await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();

  // A second "back" answers the question with no, and nothing is lost.
  await page.getByRole('link', { name: 'People', exact: true }).tap();
  await page
    .getByRole('link', { name: /New person/ })
    .first()
    .tap();
  await page.getByLabel('Name').first().fill('Grace Hopper');
  await page.goBack();
  await page.getByRole('button', { name: 'Keep editing' }).tap();
  assert.equal(await page.getByLabel('Name').first().inputValue(), 'Grace Hopper');
  await page.goBack();
  await page.getByRole('button', { name: 'Discard' }).tap();
  await page.getByText('Do not call').first().waitFor();
  assert.equal(hash(), '#/people');
});

test('the page can be installed, and says how', async () => {
  await page.goto(switchboard.url);
  const hint = page.getByRole('region', { name: 'Keep the switchboard at hand' });
  await hint.waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  const chromium = await page.context().newCDPSession(page);
  const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
  // The tests' browser has a temporary profile, which Chromium takes for a private window.
  const faults = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  assert.deepEqual(faults, []);
  const manifest = await (await fetch(new URL('/manifest.webmanifest', switchboard.url))).json();
  const purposes = manifest.icons.map(({ purpose }) => purpose);
  assert.ok(purposes.includes('maskable'), purposes.join());
  const pictures = [
    ...manifest.icons,
    ...manifest.screenshots,
    ...manifest.shortcuts.flatMap(({ icons }) => icons),
  ];
  for (const { src } of pictures) assert.equal((await fetch(new URL(src, switchboard.url))).status, 200, src);
  await hint.getByRole('button', { name: 'Don’t show this again' }).tap();
  await hint.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('radio').first().waitFor({ state: 'attached' });
  assert.equal(await hint.count(), 0, 'it is said once');
});

test('what is shared comes to the dial and to the people, and calls nobody', async () => {
  await page.goto(switchboard.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  const before = (await switchboard.ask('GET', '/api/v1/calls')).items.length;
  /** Posts a form, as Android does. */
  const share = (fields) =>
    page.evaluate((fields) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: '/share', enctype: 'multipart/form-data' });
      for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement('input');
        field.name = name;
        if (name === 'file') {
          field.type = 'file';
          const files = new DataTransfer();
          files.items.add(new File([value], 'shared.vcf', { type: 'text/vcard' }));
          field.files = files.files;
        } else field.value = value;
        form.append(field);
      }
      document.body.append(form);
      form.submit();
    }, fields);
  await share({ text: 'Ring me: +1 500 555 0142' });
  await page.waitForFunction(() => document.querySelector('#number')?.value === '+1 500 555 0142');
  await share({ file: 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Mary Jackson\r\nTEL:+15005550144\r\nEND:VCARD\r\n' });
  const dialog = page.getByRole('dialog').filter({ hasText: 'shared.vcf' });
  await dialog.getByText('Mary Jackson').first().waitFor();
  await page.goBack();
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await switchboard.ask('GET', '/api/v1/calls')).items.length, before);
});

test('where packets vanish, the page opens from what it keeps and says that it connects', async () => {
  const wire = await openWire(switchboard.url);
  const away = await openBrowser(wire.url, { phone: true });
  try {
    await away.page.getByText('Connected', { exact: true }).first().waitFor();
    await away.page.waitForFunction(async () => {
      const shell = await caches.open('shell');
      const loaded = performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.includes('/assets/'));
      const kept = await Promise.all(['/', ...loaded].map((name) => shell.match(name)));
      return kept.every(Boolean);
    });
    wire.mute();
    await away.page.reload({ waitUntil: 'commit' });
    await away.page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
    await away.page.getByText('Connecting…').first().waitFor();
    wire.unmute();
    await away.page.getByText('Connected', { exact: true }).first().waitFor();
  } finally {
    await away.close();
    await wire.close();
  }
});
