// A Chromium that can only reach the switchboard.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { PASSWORD, USER } from './switchboard.mjs';

/** How long to wait for anything, in milliseconds. It only decides what counts as never. */
const PATIENCE_MS = 60_000;

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Containers have 64 MB of /dev/shm, and a page that needs more crashes.
  '--disable-dev-shm-usage',
];

const PHONE = { width: 360, height: 740 };

/** Opens a page, signed in by default. `prepare` gets the browser's home folder, and may return the program to start.
 * `hosts` may be reached as well as this machine, and `flags` are added to Chromium's. Records all requests and
 * console errors. */
export async function openBrowser(
  url,
  {
    theme = 'light',
    width = 1280,
    height = 860,
    scale = 1,
    signedIn = true,
    locale = 'en-GB',
    phone = false,
    prepare,
    hosts = [],
    flags = [],
  } = {},
) {
  const profile = await mkdtemp(join(tmpdir(), 'bsp-chromium-'));
  const program = await prepare?.(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program ?? EXECUTABLE,
    headless: true,
    args: [...FLAGS, ...flags],
    colorScheme: theme,
    viewport: phone ? PHONE : { width, height },
    hasTouch: phone,
    isMobile: phone,
    deviceScaleFactor: scale,
    locale,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    // The browser's trusted certificates and all its other data are in the user's home.
    env: { ...process.env, HOME: profile },
  });
  const requests = [];
  const complaints = [];
  const page = context.pages()[0] ?? (await context.newPage());
  context.on('request', (request) => requests.push(request.url()));
  page.on(
    'console',
    (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()),
  );
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.setDefaultTimeout(PATIENCE_MS);
  try {
    await page.goto(url);
    if (signedIn) await signIn(page);
  } catch (error) {
    await context.close();
    await rm(profile, { recursive: true, force: true });
    throw error;
  }
  // The console reports the 401 of the page before.
  if (signedIn) complaints.length = 0;
  return {
    page,
    complaints,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
      for (const request of requests) {
        const { protocol, hostname } = new URL(request);
        assert.ok(
          ['blob:', 'data:'].includes(protocol) || ['127.0.0.1', 'localhost', ...hosts].includes(hostname),
          `a request left this machine: ${request}`,
        );
      }
      assert.ok(requests.length > 0, 'the page asked for something');
    },
  };
}

export async function signIn(page, password = PASSWORD) {
  // By id, since the page is in the browser's language.
  await page.locator('#user').fill(USER);
  await page.locator('#password').fill(password);
  await page.locator('form button').click();
}
