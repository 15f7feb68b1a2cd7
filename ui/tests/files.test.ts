/** Files are sent unchanged: reading them as text would lose what isn't UTF-8. */

import { expect, test } from 'vitest';

import { Api } from '../src/api';
import { FakeHost, json } from './board';

const latin = new Blob([new Uint8Array([0x4a, 0xf6, 0x72, 0x67])]);

test.each([
  ['an address book, tried', (api: Api) => api.tryAddressBook(latin), '/api/v1/people/import?dry_run=true'],
  ['an address book', (api: Api) => api.importPeople(latin), '/api/v1/people/import?dry_run=false'],
  ['a sound', (api: Api) => api.addSound('a b&c', latin), '/api/v1/sounds?name=a+b%26c'],
  ['protocols, tried', (api: Api) => api.tryProtocols(latin), '/api/v1/protocols/import?dry_run=true'],
  ['protocols', (api: Api) => api.importProtocols(latin, true), '/api/v1/protocols/import?replace=true'],
])('%s', async (_, send, path) => {
  const host = new FakeHost();
  host.answer = () => json(200, {});
  await send(new Api(host));
  const [request] = host.requests;
  expect(request?.file).toBe(latin);
  expect(request?.body).toBeUndefined();
  expect(request?.path).toBe(path);
  expect(request?.headers?.['content-type']).toMatch(/^application\/(octet-stream|json)$/);
});
