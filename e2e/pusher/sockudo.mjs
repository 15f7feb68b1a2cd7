// A real Pusher-compatible server on a free port, and a switchboard that publishes to it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { startSwitchboard } from '../browser/switchboard.mjs';

export const KEY = 'key';
const [APP_ID, SECRET] = ['1', 'secret'];

export async function startSockudo() {
  const port = await freePort();
  let server;
  let ended;
  const sockudo = {
    port,
    async start() {
      const environment = {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(port),
        SOCKUDO_DEFAULT_APP_ENABLED: 'true',
        SOCKUDO_DEFAULT_APP_ID: APP_ID,
        SOCKUDO_DEFAULT_APP_KEY: KEY,
        SOCKUDO_DEFAULT_APP_SECRET: SECRET,
        METRICS_ENABLED: 'false',
      };
      server = spawn(process.env.SOCKUDO ?? 'sockudo', [], { env: environment, stdio: 'ignore' });
      ended = new Promise((resolve) => server.once('exit', resolve));
      await until(
        async () => (await fetch(`http://127.0.0.1:${port}/up/${APP_ID}`)).ok,
        'the Pusher server is up',
      );
    },
    /** Like a crash: connections break without notice. */
    async stop() {
      server.kill('SIGKILL');
      await ended;
    },
  };
  await sockudo.start();
  return sockudo;
}

export function startSwitchboardOn({ port }) {
  return startSwitchboard({
    environment: {
      PUSHER_APPID: APP_ID,
      PUSHER_KEY: KEY,
      PUSHER_SECRET: SECRET,
      PUSHER_CLUSTER: 'mt1',
      BSP_PUSHER_HOST: `http://127.0.0.1:${port}`,
    },
  });
}

export async function until(reached, what) {
  const end = Date.now() + 60_000;
  for (;;) {
    if (
      await Promise.resolve()
        .then(reached)
        .catch(() => false)
    )
      return;
    assert.ok(Date.now() < end, `it never came to this: ${what}`);
    await sleep(50);
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
