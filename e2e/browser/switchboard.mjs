// A `bsp serve` in the sandbox, on free ports and in a temporary folder.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { endAfterTests } from './leftovers.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BSP = process.env.BSP_BIN ?? join(ROOT, 'target/debug/bsp');
export const USER = 'user';
export const PASSWORD = 'pass';
const PATIENCE_MS = 60_000;
const NO_LIMITS = {
  number_gap_min: null,
  number_per_day: null,
  calls_per_hour: null,
  calls_at_once: null,
  quiet_hours: null,
  countries: 'any',
  spend_per_day: null,
  spend_per_month: null,
};

/** `speed` is how much faster than real time its calls run, `protocols` the file that it imports (`null` for none),
 * and `flags` and `environment` are added to the defaults. With `limits` it keeps the default limits, which most
 * tests would exceed. It listens on `listen`, on this host of network.mjs if there is one. */
export async function startSwitchboard({
  speed = 2,
  protocols = join(ROOT, 'protocols.example.json'),
  flags = [],
  environment = {},
  limits = false,
  listen = '127.0.0.1:0',
  host = { within: [], fetch },
} = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'bsp-browser-'));
  if (protocols === null) await writeFile(join(dataDir, 'protocols.json'), '{}');
  const file = protocols ?? join(dataDir, 'protocols.json');
  const begin = (listen) =>
    run(dataDir, speed, file, listen, {
      flags,
      environment,
      within: host.within,
    });
  let running = await begin(listen);
  async function request(authorization, method, path, body, more = {}) {
    const headers = {
      authorization,
      'content-type': 'application/json',
      ...more,
    };
    const answer = await host.fetch(new URL(path, running.url), {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    return answer.status === 204 ? undefined : answer.json();
  }
  const asUser = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const asOwner = async () =>
    `Bearer ${JSON.parse(await readFile(join(dataDir, 'owner.json'), 'utf8')).token}`;
  if (!limits) {
    const kept = await request(await asOwner(), 'PUT', '/api/v1/limits', NO_LIMITS);
    if (kept.countries !== NO_LIMITS.countries) throw new Error(JSON.stringify(kept));
  }
  return {
    get url() {
      return running.url;
    },
    /** Stops it, and starts it again with the same folder and port; `meanwhile` runs in between. */
    async restart(meanwhile) {
      const { port } = new URL(running.url);
      await running.stop();
      await meanwhile?.(dataDir);
      running = await begin(listen.replace(/\d+$/, port));
    },
    dataDir,
    /** Sends a request with the owner's token, as `bsp` does. */
    async askAsOwner(method, path, body) {
      return request(await asOwner(), method, path, body);
    },
    /** Sends a request as the user, outside the browser. */
    ask: (method, path, body) => request(asUser, method, path, body),
    async send(method, path, file) {
      const headers = {
        authorization: asUser,
        'content-type': 'application/octet-stream',
      };
      return (await fetch(new URL(path, running.url), { method, headers, body: file })).json();
    },
    async askUntil(path, wanted) {
      const begun = Date.now();
      for (;;) {
        const answer = await request(asUser, 'GET', path);
        if (wanted(answer)) return answer;
        if (Date.now() - begun > PATIENCE_MS) throw new Error(`${path} stays ${JSON.stringify(answer)}`);
        await sleep(100);
      }
    },
    placeCall: (protocol, to) => request(asUser, 'POST', '/api/v1/calls', { protocol, to }),
    placeCallAsync: (protocol, to) =>
      request(asUser, 'POST', '/api/v1/calls', { protocol, to }, { prefer: 'respond-async' }),
    async stop() {
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function run(dataDir, speed, protocols, listen, { flags, environment: more, within }) {
  const options = [
    '--listen',
    listen,
    '--webhook-listen',
    '127.0.0.1:0',
    '--sandbox-speed',
    String(speed),
    ...flags,
  ];
  const environment = {
    PATH: process.env.PATH,
    HOME: dataDir,
    BENSPAMSPHONES_USER: USER,
    BENSPAMSPHONES_PASS: PASSWORD,
    ...more,
  };
  const serve = ['serve', '--mode', 'sandbox', '--data-dir', dataDir, '--protocols', protocols];
  const [command, ...rest] = [...within, BSP, ...serve, ...options];
  const child = spawn(command, rest, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: dataDir,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const isStopped = endAfterTests(stop);
  let log = '';
  child.stderr.on('data', (data) => (log += data));
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^\s*Open\s+(http:\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`bsp ended with ${code}: ${log}`)));
  });
  return { url, stop };

  async function stop() {
    isStopped();
    child.kill('SIGTERM');
    await ended;
  }
}
