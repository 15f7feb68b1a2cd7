// Types come from openapi-typescript and docs/openapi.json: node drive.js URL TOKEN
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { argv } from 'node:process';

import createClient from 'openapi-fetch';

import type { components, paths } from './switchboard.js';

type Call = components['schemas']['CallView'];

/** Answered for five minutes. */
const ANSWERED = '+15005550114';
const [baseUrl = '', token = ''] = argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

async function* news(id: string): AsyncGenerator<Call> {
  const { data } = await api.GET('/api/v1/events', {
    params: { query: { last_event_id: 0 } },
    parseAs: 'stream',
  });
  assert(data);
  let waiting = '';
  for await (const text of data.pipeThrough(new TextDecoderStream())) {
    const lines = (waiting + text).split('\n');
    waiting = lines.pop() ?? '';
    for (const line of lines.filter((line) => line.startsWith('data:'))) {
      const told = JSON.parse(line.slice('data:'.length)) as { call?: Call };
      if (told.call?.id === id) yield told.call;
    }
  }
}

const protocols = await api.GET('/api/v1/protocols');
assert(protocols.data);
// A protocol that needs nothing from the internet.
const protocol = protocols.data.items.find(({ twiml, say }) => twiml ?? say)?.id;
assert(protocol);
const wish = { params: { header: { 'Idempotency-Key': randomUUID() } }, body: { protocol, to: ANSWERED } };
const placed = await api.POST('/api/v1/calls', wish);
assert(placed.data, placed.error?.detail);
const { id } = placed.data;
const again = await api.POST('/api/v1/calls', wish);
assert.equal(again.data?.id, id, 'the same key, the same call');

const path = { params: { path: { id } } };
const seen = new Set<string>();
for await (const call of news(id)) {
  if (call.status === 'in-progress' && !seen.has(call.status)) {
    assert((await api.POST('/api/v1/calls/{id}/hangup', path)).data);
  }
  if (call.ended) {
    assert.equal(call.status, 'completed');
    break;
  }
  seen.add(call.status);
}
const told = await api.GET('/api/v1/calls/{id}', path);
assert(told.data?.ended && told.data.events.length > 0);
const over = await api.POST('/api/v1/calls/{id}/hangup', path);
assert.equal(over.error?.code, 'call_over');

const form = { protocol, target_number: '+15005550143', update_callback: null };
const documented = await api.POST('/api/call', { body: form });
assert.equal(documented.data, protocol);
