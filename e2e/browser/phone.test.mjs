// On a phone: fingers, its keyboard, its "back", its home screen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { startHouse } from './house.mjs';

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

/** In the page: targets that a finger misses, and fields that iOS zooms into. */
function tooSmall() {
  const SIDE = 43.5;
  const targets = 'a[href], button, input, select, textarea, summary, [role=option]';
  const noText = ['checkbox', 'radio', 'range', 'file', 'color'];
  /** A link in a sentence is as high as its line (the exception of WCAG 2.5.5 and 2.5.8). */
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
    // A dialog covers the page.
    const dialog = document.querySelector('dialog[open]');
    if (dialog && !dialog.contains(element)) continue;
    const { width, height, bottom } = element.getBoundingClientRect();
    // The link that skips to the content comes into sight by the keyboard.
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
  // One that was closed in another way takes no step of its own.
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

  // A question before a place is left is answered with no by another "back", and nothing is lost.
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
