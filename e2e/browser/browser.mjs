// A Chromium that speaks to the switchboard alone.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { PASSWORD, USER } from './switchboard.mjs';

/** How long anything is waited for, in milliseconds: it says that something never happens, not how soon it does. */
const PATIENCE_MS = 60_000;

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Containers give /dev/shm 64 MB, and a page that wants more dies.
  '--disable-dev-shm-usage',
];

/** A small one. */
const PHONE = { width: 360, height: 740 };

/** Opens a page, signed in if not told otherwise; `prepare` is handed the home of its own, and may give back the program that
 * is started; `hosts` are asked beside this machine, and `flags` are more of Chromium's. Everything that it asks for, and every complaint of its console, is noted. */
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
    // What a browser trusts, and all else that it keeps, is in its user's home.
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
  // The page before was refused with a 401, which the console complains about.
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

/** Fills in the page on which one signs in. */
export async function signIn(page, password = PASSWORD) {
  // By their ids: the page speaks the browser's language.
  await page.locator('#user').fill(USER);
  await page.locator('#password').fill(password);
  await page.locator('form button').click();
}
