import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { openBrowser, signIn } from './browser.mjs';
import { PASSWORD, startSwitchboard, USER } from './switchboard.mjs';

const run = promisify(execFile);

test('signing in and out, and a wrong password', async () => {
  const switchboard = await startSwitchboard();
  const browser = await openBrowser(switchboard.url, { signedIn: false });
  const { page } = browser;
  try {
    await signIn(page, 'wrong');
    await page.getByText('Wrong name or password.').waitFor();
    assert.equal(await page.locator('#user').inputValue(), USER, 'only the password is typed again');
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await page.getByRole('heading', { name: 'Who do you want to call?' }).waitFor();
    const { items } = await switchboard.askAsOwner('GET', '/api/v1/sessions');
    assert.match(items[0].name, /^Chrome, /);
    await page.goto(new URL('#/settings', switchboard.url).href);
    await page.getByText(`Signed in as ${items[0].name}.`).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.deepEqual((await switchboard.askAsOwner('GET', '/api/v1/sessions')).items, []);
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});

test('a phone joins, dials, hears of what others do, and is put out', async () => {
  const switchboard = await startSwitchboard();
  const { url } = await switchboard.askAsOwner('POST', '/api/v1/pairings');
  const browser = await openBrowser(url, { width: 390, height: 844, signedIn: false });
  const { page } = browser;
  try {
    assert.match(await page.getByLabel('Code').inputValue(), /^[a-z2-9]{16}$/);
    await page.getByLabel('Name of this device').fill('Ada’s phone');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('Connected', { exact: true }).first().waitFor();
    await page.locator('#number').fill('+15005550114');
    await page.locator('#number').press('Enter');
    await page.getByRole('article').filter({ hasText: '555 0114' }).getByText('In call').first().waitFor();
    await switchboard.restart();
    await switchboard.placeCall('protocol1', '+15005550111');
    await page.getByRole('article').filter({ hasText: '555 0111' }).first().waitFor();

    const { items } = await switchboard.askAsOwner('GET', '/api/v1/devices');
    assert.equal(items[0].name, 'Ada’s phone');
    await switchboard.askAsOwner('DELETE', `/api/v1/devices/${items[0].id}`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});

test('by HTTPS, with the certificate installed', async () => {
  const switchboard = await startSwitchboard({ flags: ['--https'] });
  const authority = join(switchboard.dataDir, 'tls', 'authority.pem');
  assert.match(await readFile(authority, 'utf8'), /BEGIN CERTIFICATE/);
  const install = async (home) => {
    const store = join(home, '.pki', 'nssdb');
    await mkdir(store, { recursive: true });
    await run('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
    await run('certutil', ['-d', `sql:${store}`, '-A', '-n', 'switchboard', '-t', 'C,,', '-i', authority]);
  };
  const url = switchboard.url.replace('http://127.0.0.1', 'https://localhost');
  const browser = await openBrowser(url, { prepare: install });
  const { page } = browser;
  try {
    await page.getByText('Connected', { exact: true }).first().waitFor();
    const [cookie] = await page.context().cookies();
    assert.ok(cookie.secure && cookie.httpOnly, JSON.stringify(cookie));
    await page.locator('#number').fill('+15005550110');
    await page.locator('#number').press('Enter');
    await page.getByText('The line was busy').first().waitFor();
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});

test('an installed page opens without the switchboard, and says so', async () => {
  const switchboard = await startSwitchboard();
  const browser = await openBrowser(switchboard.url);
  const { page } = browser;
  try {
    await page.getByText('Connected', { exact: true }).first().waitFor();
    const manifest = await page.evaluate(async () => {
      const { href } = document.querySelector('link[rel=manifest]');
      const answer = await fetch(href);
      return { type: answer.headers.get('content-type'), ...(await answer.json()) };
    });
    assert.equal(manifest.type, 'application/manifest+json');
    for (const { src } of manifest.icons) {
      assert.equal(await page.evaluate(async (src) => (await fetch(src)).status, src), 200, src);
    }
    await page.evaluate(() => navigator.serviceWorker.ready);
    // One load with the service worker active, so that it has cached everything.
    await page.reload();
    await page.getByText('Connected', { exact: true }).first().waitFor();
    const kept = await page.evaluate(async () => {
      const urls = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
      return urls;
    });
    assert.ok(kept.includes('/'), kept.join(' '));
    assert.ok(
      kept.every((path) => path === '/' || path.startsWith('/assets/')),
      `the shell alone: ${kept.join(' ')}`,
    );
    await switchboard.stop();
    await page.reload();
    await page.getByText('Can’t reach the switchboard').first().waitFor();
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});
