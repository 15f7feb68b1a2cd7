// The connection dies silently, and the page notices.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { startSwitchboard } from './switchboard.mjs';
import { openWire } from './wire.mjs';

/** Longer than a stream may be silent or a request unanswered, in milliseconds. */
const SILENT_MS = 31_000;
const UNANSWERED_MS = 11_000;

let switchboard;
let wire;
let browser;
let page;
beforeEach(async () => {
  switchboard = await startSwitchboard();
  wire = await openWire(switchboard.url);
  browser = await openBrowser(wire.url);
  page = browser.page;
  await page.clock.install();
  await page.reload();
});
afterEach(async () => {
  await browser.close();
  await wire.close();
  await switchboard.stop();
});

test('a connection that is dead is known to be dead, and comes back', async () => {
  const lamp = page.getByRole('status').filter({ hasText: /onnect/ });
  await lamp.filter({ hasText: /^Connected$/ }).waitFor();
  // Pings keep it alive, however long it takes.
  await page.clock.fastForward(SILENT_MS / 2);
  await switchboard.placeCall('protocol1', '+15005550110');
  await page.getByText('The line was busy').first().waitFor();
  await page.clock.fastForward(SILENT_MS / 2 + 1_000);
  assert.equal(await lamp.textContent(), 'Connected');

  wire.mute();
  await page.clock.fastForward(SILENT_MS);
  await lamp.filter({ hasText: /^Not connected since .* Trying again…$/ }).waitFor();
  await switchboard.placeCall('protocol1', '+15005550111');
  wire.unmute();
  await lamp.filter({ hasText: /^Connected$/ }).waitFor();
  await page.getByRole('article').filter({ hasText: '555 0111' }).first().waitFor();
});

test('a call without an answer is waited for, and not sent again', async () => {
  await page.getByText('Connected', { exact: true }).first().waitFor();
  // Before there is a protocol to call with, Enter only says so.
  await page.getByRole('radio', { checked: true }).waitFor();
  await page.locator('#number').fill('+15005550110');
  await page.getByText('Valid number').waitFor();
  const placing = page.waitForRequest((request) => request.method() === 'POST');
  wire.mute();
  await page.locator('#number').press('Enter');
  await placing;
  await page.clock.fastForward(UNANSWERED_MS);
  await page.getByText('The switchboard hasn’t answered yet.').waitFor();
  await page.getByText('No answer for 10 seconds.').first().waitFor();
  wire.unmute();
  await page.getByText('The line was busy').first().waitFor();
  await page.getByText('The switchboard hasn’t answered yet.').waitFor({ state: 'hidden' });
  const { items } = await switchboard.ask('GET', '/api/v1/calls');
  assert.equal(items.length, 1, 'one call');
});
