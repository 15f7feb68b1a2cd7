// HTTPS, checked from another host: OpenSSL verifies the chain, and testssl.sh looks for weaknesses.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { openDesk } from './network-house.mjs';
import { noNetwork } from './network.mjs';

const run = promisify(execFile);

/** Findings that aren't the server's fault, and why. */
const INHERENT = {
  cert_revocation:
    'who has an authority of their own has nobody to ask; the certificate ends within 397 days instead',
  engine_problem: 'of the OpenSSL that asks: it knows no GOST',
  sessionresumption_ticket: 'of the tool: it can’t resume a session of TLS 1.3 to try it',
};
const TRIFLES = ['OK', 'INFO', 'LOW', 'DEBUG'];
const LOOKS_AT = ['--protocols', '--standard', '--server-defaults', '--vulnerable'];
const PATIENCE_MS = 10 * 60_000;

test(
  'OpenSSL accepts the certificate for the addresses that people open, and for no others',
  { skip: noNetwork },
  async () => {
    const house = await openDesk();
    const { phone, desk, port, authority, switchboard } = house;
    const verify = (...wanted) => {
      const trust = ['-CAfile', authority, '-verify_return_error', '-x509_strict', ...wanted];
      try {
        phone.run('openssl', 's_client', '-connect', `${desk.address}:${port}`, ...trust);
        return true;
      } catch {
        return false;
      }
    };
    try {
      const { ways } = await switchboard.askAsOwner('POST', '/api/v1/pairings');
      const hosts = ways.map(({ address }) => new URL(address).hostname);
      assert.deepEqual(hosts, [desk.address, 'desk.local']);
      assert.ok(verify('-verify_ip', desk.address));
      assert.ok(verify('-verify_hostname', 'desk.local'));
      assert.ok(!verify('-verify_hostname', 'example.com'));
      assert.ok(!verify('-verify_ip', phone.address));
    } finally {
      await house.close();
    }
  },
);

const noTestssl = (() => {
  try {
    execFileSync('testssl', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'there is no testssl.sh: ./dev setup installs it';
  }
})();

test('testssl.sh finds nothing above “low”', { skip: noNetwork || noTestssl }, async () => {
  const house = await openDesk();
  const { phone, desk, port, authority } = house;
  const folder = await mkdtemp(join(tmpdir(), 'bsp-testssl-'));
  const report = join(folder, 'report.json');
  try {
    const quietly = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none'];
    const [command, ...rest] = [...phone.within, 'testssl', ...quietly, '--add-ca', authority, ...LOOKS_AT];
    const asked = [...rest, '--jsonfile', report, `${desk.address}:${port}`];
    // Its exit code is the number of findings.
    await run(command, asked, { timeout: PATIENCE_MS }).catch((error) =>
      assert.ok(!error.killed, 'it takes too long'),
    );
    const found = JSON.parse(await readFile(report, 'utf8'));
    assert.ok(
      found.some(({ id, finding }) => id === 'TLS1_3' && /offered/.test(finding)),
      'it has seen the server',
    );
    const faults = found.filter(({ id, severity }) => !TRIFLES.includes(severity) && !(id in INHERENT));
    assert.deepEqual(faults, []);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await house.close();
  }
});
