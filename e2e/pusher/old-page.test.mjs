// What the old page did, with its own library against a real Pusher-compatible server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import Pusher from 'pusher-js';

import { PASSWORD, USER } from '../browser/switchboard.mjs';
import { KEY, startSockudo, startSwitchboardOn, until } from './sockudo.mjs';

const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
const patience = () => AbortSignal.timeout(60_000);

let sockudo;
let switchboard;

before(async () => {
  sockudo = await startSockudo();
  switchboard = await startSwitchboardOn(sockudo);
});

after(async () => {
  await switchboard?.stop();
  await sockudo?.stop();
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
    await until(
      () => messages.some(({ message }) => message === 'Your call is completed.'),
      'the call is over',
    );
    const sentences = messages.map(({ message }) => message);
    assert.ok(sentences.includes('Your call is ringing.'), sentences.join(' '));
    assert.equal(messages.at(-1).status, 'completed');
    assert.ok(!JSON.stringify(messages).includes('5550142'), 'no numbers, on a channel that a client named');
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
    wsPort: sockudo.port,
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

function listen(pusher, name) {
  const messages = [];
  const channel = pusher.subscribe(name);
  channel.bind('BenSpamsPhones:update_event', (message) => messages.push(message));
  return new Promise((resolve, reject) => {
    channel.bind('pusher:subscription_succeeded', () => resolve(messages));
    channel.bind('pusher:subscription_error', (error) => reject(new Error(JSON.stringify(error))));
  });
}
