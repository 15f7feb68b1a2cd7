// Live updates from a real Pusher-compatible server; when it goes away, the switchboard's own stream takes over.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { openBrowser } from '../browser/browser.mjs';
import { startSockudo, startSwitchboardOn, until } from './sockudo.mjs';

/** A number that talks for five minutes. */
const LONG = '+15005550114';

let sockudo;
let switchboard;
let browser;
let page;
let streams;
let frames;

before(async () => {
  sockudo = await startSockudo();
  switchboard = await startSwitchboardOn(sockudo);
});
after(async () => {
  await switchboard?.stop();
  await sockudo?.stop();
});
beforeEach(async () => {
  browser = await openBrowser(switchboard.url);
  page = browser.page;
  streams = new Set();
  frames = [];
  const isStream = (request) => new URL(request.url()).pathname === '/api/v1/events';
  page.on('request', (request) => isStream(request) && streams.add(request));
  for (const end of ['requestfailed', 'requestfinished']) page.on(end, (request) => streams.delete(request));
  page.on('websocket', (socket) => {
    assert.equal(new URL(socket.url()).host, `127.0.0.1:${sockudo.port}`);
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
  await lamp('live').waitFor();
});
afterEach(() => browser.close());

const lamp = (words) => page.locator('header').getByText(words, { exact: true });
const ticket = (number) => page.getByRole('article').filter({ hasText: number });
const reached = (number, name) => ticket(number).locator('li:not(.ahead, .skipped)', { hasText: name });
const at = (hash) => page.goto(new URL(hash, switchboard.url).href);

async function choosePusher() {
  await at('#/settings');
  await page.getByRole('radio', { name: /through Pusher/ }).click();
  await page.getByText('They come through Pusher now.').waitFor();
  await lamp('live, by Pusher').waitFor();
}

async function noStream() {
  await until(() => streams.size === 0, 'no stream of the switchboard’s own is open');
}

test('what another client does is seen by Pusher alone', async () => {
  await choosePusher();
  await noStream();
  await at('#/');
  const call = await switchboard.placeCall('protocol1', LONG);
  for (const name of ['Queued', 'Ringing', 'In call']) await reached('555 0114', name).waitFor();
  assert.ok(
    frames.some((frame) => frame.includes('BenSpamsPhones:call') && frame.includes(call.id)),
    frames.join('\n'),
  );
  await switchboard.ask('POST', `/api/v1/calls/${call.id}/hangup`);
  await reached('555 0114', 'Ended').waitFor();
  await switchboard.ask('POST', '/api/v1/people', { name: 'Ada', numbers: [{ number: '+15005550114' }] });
  await ticket('Ada').first().waitFor();
  assert.equal(streams.size, 0);
  assert.deepEqual(browser.complaints, []);

  await page.reload();
  await lamp('live, by Pusher').waitFor();
  await noStream();
  await at('#/settings');
  await page.getByRole('radio', { name: /from this switchboard/ }).click();
  await lamp('live').waitFor();
  await until(() => streams.size === 1, 'the stream is back');
});

test('a Pusher that goes is said, does no harm, and is taken again', async () => {
  await choosePusher();
  await noStream();
  await at('#/');
  const open = await switchboard.placeCall('protocol1', LONG);
  await reached('555 0114', 'In call').waitFor();
  await sockudo.stop();
  await page
    .getByText(/^stale since/)
    .first()
    .waitFor();
  await switchboard.ask('POST', `/api/v1/calls/${open.id}/hangup`);
  await lamp('live, without Pusher').waitFor();
  await page
    .getByText(/Pusher can’t be reached from here/)
    .first()
    .waitFor();
  await reached('555 0114', 'Ended').waitFor();
  assert.equal(streams.size, 1, 'the switchboard’s own stream is listened to');
  await switchboard.placeCall('protocol1', '+15005550110');
  await reached('555 0110', 'Busy').waitFor();

  await sockudo.start();
  await lamp('live, by Pusher').waitFor();
  await noStream();
  await switchboard.placeCall('protocol1', '+15005550111');
  await reached('555 0111', 'No answer').waitFor();
  assert.equal(streams.size, 0);
});

test('a Pusher that is away for a moment leaves no gap', async () => {
  await choosePusher();
  await at('#/');
  const call = await switchboard.placeCall('protocol1', LONG);
  await reached('555 0114', 'In call').waitFor();
  await sockudo.stop();
  await page
    .getByText(/^stale since/)
    .first()
    .waitFor();
  await switchboard.ask('POST', `/api/v1/calls/${call.id}/hangup`);
  await sockudo.start();
  await lamp('live, by Pusher').waitFor();
  await reached('555 0114', 'Ended').waitFor();
  await noStream();
});

test('a switchboard that starts again is found again', async () => {
  await choosePusher();
  await at('#/');
  await switchboard.restart();
  // A call that lasts until the page is back: ended ones are listed as earlier calls.
  const call = await switchboard.placeCall('protocol1', LONG);
  await reached('555 0114', 'In call').waitFor();
  await lamp('live, by Pusher').waitFor();
  await noStream();
  await switchboard.ask('POST', `/api/v1/calls/${call.id}/hangup`);
  await reached('555 0114', 'Ended').waitFor();
});

test('who is put out is shown the door at once, and the others stay', async () => {
  await choosePusher();
  const { url } = await switchboard.askAsOwner('POST', '/api/v1/pairings');
  const phone = await openBrowser(url, { width: 390, height: 844, signedIn: false });
  try {
    await phone.page.getByRole('button', { name: 'Join' }).click();
    await phone.page.getByText('live', { exact: true }).first().waitFor();
    await phone.page.goto(new URL('#/settings', switchboard.url).href);
    await phone.page.getByRole('radio', { name: /through Pusher/ }).click();
    await phone.page.getByText('live, by Pusher', { exact: true }).first().waitFor();
    const { items } = await switchboard.askAsOwner('GET', '/api/v1/devices');
    await switchboard.askAsOwner('DELETE', `/api/v1/devices/${items[0].id}`);
    await phone.page.getByRole('button', { name: 'Sign in' }).waitFor();
  } finally {
    await phone.close();
  }
  await at('#/');
  await switchboard.placeCall('protocol1', '+15005550111');
  await reached('555 0111', 'No answer').first().waitFor();
  await lamp('live, by Pusher').waitFor();
  await noStream();
});
