import { expect, test, vi } from 'vitest';

import { Api } from '../src/api';
import { OwnerApi } from '../src/owner-api';
import { Access, type Entry } from '../src/settings/access.svelte';
import { Toasts } from '../src/state/toasts.svelte';
import { FakeHost, json } from './board';

const PHONE: Entry = {
  id: '0199a0f0-0000-7000-8000-000000000001',
  kind: 'device',
  name: 'Phone',
  created_at: '2026-10-01T12:00:00Z',
  seen_at: '2026-10-01T12:00:00Z',
  source: '192.168.1.7',
};

function access(host: FakeHost): { access: Access; toasts: Toasts } {
  const toasts = new Toasts();
  return { access: new Access(new OwnerApi(new Api(host)), toasts), toasts };
}

test('a device gets another name, and the list is read again', async () => {
  vi.useFakeTimers();
  const host = new FakeHost();
  let name = PHONE.name;
  host.answer = ({ method, path, body }) => {
    if (method === 'PUT') {
      name = (JSON.parse(body ?? '{}') as { name: string }).name;
      return { status: 204, text: '' };
    }
    return json(200, { items: path === '/api/v1/devices' ? [{ ...PHONE, name }] : [] });
  };
  const { access: here, toasts } = access(host);
  await here.rename(PHONE, 'Ada’s phone');
  expect(host.requests[0]).toMatchObject({ method: 'PUT', path: `/api/v1/devices/${PHONE.id}` });
  expect(here.entries?.map((entry) => entry.name)).toEqual(['Ada’s phone']);
  expect(toasts.list.map((toast) => toast.text)).toEqual(['Renamed to Ada’s phone.']);
  vi.useRealTimers();
});

test('a device that is gone by then is said to be', async () => {
  vi.useFakeTimers();
  const host = new FakeHost();
  host.answer = ({ method }) =>
    method === 'PUT'
      ? json(404, { status: 404, code: 'no_such_device', title: 'No such device', detail: 'It is gone.' })
      : json(200, { items: [] });
  const { access: here, toasts } = access(host);
  await here.rename(PHONE, 'Ada’s phone');
  expect(toasts.list.map((toast) => toast.problem)).toEqual([true]);
  expect(here.entries).toEqual([]);
  vi.useRealTimers();
});
