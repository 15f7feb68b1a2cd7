// What a page of old did, with its own library against a real server of Pusher's protocol: open a socket, join the channel
// that is named after it, place a call with that channel's address, and hear what becomes of it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import Pusher from 'pusher-js';

import { PASSWORD, USER, startSwitchboard } from '../browser/switchboard.mjs';

const [APP_ID, KEY, SECRET] = ['1', 'key', 'secret'];
const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
const patience = () => AbortSignal.timeout(60_000);

let port;
let server;
let switchboard;

before(async () => {
  port = await freePort();
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
  switchboard = await startSwitchboard({
    environment: {
      PUSHER_APPID: APP_ID,
      PUSHER_KEY: KEY,
      PUSHER_SECRET: SECRET,
      PUSHER_CLUSTER: 'mt1',
      BSP_PUSHER_HOST: `http://127.0.0.1:${port}`,
    },
  });
  await until(async () => (await fetch(`http://127.0.0.1:${port}/up/${APP_ID}`)).ok, 'the Pusher server is up');
});

after(async () => {
  await switchboard?.stop();
  server?.kill();
});

test('a page of old hears of its call', async () => {
  const pusher = connect();
  try {
    await new Promise((resolve, reject) => {
      pusher.connection.bind('connected', resolve);
      pusher.connection.bind('error', (error) => reject(new Error(JSON.stringify(error))));
    });
    const channel = `private-${pusher.connection.socket_id.replace('.', '')}`;
    const messages = await listen(pusher, channel);
    const answer = await fetch(new URL('/api/call', switchboard.url), {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({
        protocol: 'protocol1',
        target_number: '+15005550142',
        update_callback: new URL(`/api/twilio_update/${channel}`, switchboard.url).href,
      }),
      signal: patience(),
    });
    assert.equal(await answer.text(), '"protocol1"\n');
    await until(() => messages.some(({ message }) => message === 'Your call is completed.'), 'the call is over');
    const sentences = messages.map(({ message }) => message);
    assert.ok(sentences.includes('Your call is ringing.'), sentences.join(' '));
    assert.equal(messages.at(-1).to, '+15005550142');
  } finally {
    pusher.disconnect();
  }
});

test('a channel is joined by nobody whom the switchboard doesn’t let in', async () => {
  const pusher = connect('Basic bm9ib2R5Om5vcGU=');
  try {
    await assert.rejects(listen(pusher, 'private-elsewhere'));
  } finally {
    pusher.disconnect();
  }
});

function connect(credentials = authorization) {
  return new Pusher(KEY, {
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
    cluster: 'mt1',
    disableStats: true,
    channelAuthorization: {
      transport: 'ajax',
      endpoint: new URL('/api/pusher_auth', switchboard.url).href,
      headers: { authorization: credentials },
    },
  });
}

/** Joins a channel; what is told there is in the array. */
function listen(pusher, name) {
  const messages = [];
  const channel = pusher.subscribe(name);
  channel.bind('BenSpamsPhones:update_event', (message) => messages.push(message));
  return new Promise((resolve, reject) => {
    channel.bind('pusher:subscription_succeeded', () => resolve(messages));
    channel.bind('pusher:subscription_error', (error) => reject(new Error(JSON.stringify(error))));
  });
}

async function until(reached, what) {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await Promise.resolve().then(reached).catch(() => false)) return;
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
