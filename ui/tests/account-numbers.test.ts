import { expect, test } from 'vitest';

import { Api } from '../src/api';
import { AccountNumbers } from '../src/state/account-numbers.svelte';
import { FakeHost, json } from './board';

const account = {
  items: [
    { number: '+15005550006', name: 'Desk', voice: true },
    { number: '+15005550007', name: 'Texts alone', voice: false },
  ],
};

test('only numbers that can call are offered', async () => {
  const host = new FakeHost();
  host.answer = () => json(200, account);
  const numbers = new AccountNumbers(new Api(host));
  await numbers.load();
  expect(host.requests.map((request) => request.path)).toEqual(['/api/v1/numbers']);
  expect(numbers.callers.map((number) => number.number)).toEqual(['+15005550006']);
  expect(numbers.problem).toBeUndefined();
});

test('when Twilio does not tell, what was known stays and the reason is there', async () => {
  const host = new FakeHost();
  host.answer = () => json(200, account);
  const numbers = new AccountNumbers(new Api(host));
  await numbers.load();
  host.answer = () => json(502, { code: 'twilio', title: 'Twilio did not send the numbers', detail: 'Why.' });
  await numbers.load();
  expect(numbers.callers).toHaveLength(1);
  expect(numbers.problem?.code).toBe('twilio');
  host.answer = () => json(200, account);
  await numbers.load();
  expect(numbers.problem).toBeUndefined();
});
