// A computer that shares its switchboard on a network, and a phone that uses it.

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join as pathOf } from 'node:path';
import { promisify } from 'node:util';

import { openNetwork } from './network.mjs';
import { startSwitchboard } from './switchboard.mjs';

const run = promisify(execFile);

/** Answered, and lasts for minutes. */
export const LONG = '+15005550114';
export const BUSY = '+15005550110';
/** How long something may take on a busy machine that takes a second on an idle one, in milliseconds. */
export const SLOW_MS = 10_000;

/** `flags` are the switchboard's; `hosts` are added to the network. */
export async function openDesk({ flags = ['--https'], hosts = {} } = {}) {
  const network = await openNetwork({
    desk: '10.87.0.1',
    phone: '10.87.0.2',
    ...hosts,
  });
  const { desk } = network;
  try {
    const switchboard = await startSwitchboard({
      flags,
      speed: 1,
      listen: '0.0.0.0:0',
      host: desk,
    });
    const scheme = flags.includes('--https') ? 'https' : 'http';
    const { port } = new URL(switchboard.url);
    return {
      ...network,
      switchboard,
      port,
      authority: pathOf(switchboard.dataDir, 'tls', 'authority.pem'),
      get url() {
        return `${scheme}://${desk.address}:${port}/`;
      },
      async close() {
        await switchboard.stop();
        network.close();
      },
    };
  } catch (error) {
    network.close();
    throw error;
  }
}

/** Installs a CA in the browser with this home folder, as its user would. */
export const trusting = (authority) => async (home) => {
  const store = pathOf(home, '.pki', 'nssdb');
  await mkdir(store, { recursive: true });
  await run('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  await run('certutil', ['-d', `sql:${store}`, '-A', '-n', 'switchboard', '-t', 'C,,', '-i', authority]);
};

export const connected = (page) => page.getByText('Connected', { exact: true }).first().waitFor();

export const ticketOf = (page, number) =>
  page
    .getByRole('article')
    .filter({ hasText: `555 ${number.slice(-4)}` })
    .first();

export async function dial(page, number) {
  // Until there is a protocol, Enter only shows an error.
  await page.getByRole('radio', { checked: true }).waitFor();
  await page.locator('#number').fill(number);
  await page.locator('#number').press('Enter');
}

export const pairingUrl = async (switchboard) =>
  (await switchboard.askAsOwner('POST', '/api/v1/pairings')).url;

export async function join(page, name) {
  await page.getByLabel('Name of this device').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  await connected(page);
}
