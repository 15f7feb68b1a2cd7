import { expect, test } from 'vitest';

import type { Protocol } from '../src/api';
import { differences } from '../src/protocols/differences';

const protocol = (fields: object) => ({ id: 'tea', phone_number: '+15005550006', ...fields }) as Protocol;
const none = () => undefined;

test('only what differs is told, by the labels of the form', () => {
  const theirs = protocol({ name: 'Tea', say: { text: 'Tea is ready.', voice: 'Polly.Amy' }, timeout: 20 });
  const mine = protocol({ name: 'Tea', say: { text: 'Tea is cold.', voice: 'Polly.Amy' }, record: true });
  expect(differences(theirs, mine, none)).toEqual([
    { name: 'Message', raw: false, theirs: 'Tea is ready.', mine: 'Tea is cold.' },
    { name: 'Ring for at most', raw: false, theirs: '20', mine: 'not set' },
    { name: 'Record the call', raw: false, theirs: 'not set', mine: 'yes' },
  ]);
});

test('another way of playing names both', () => {
  const theirs = protocol({ sound: 'abc', machine_detection: 'Enable' });
  const mine = protocol({ say: { text: 'Hello' } });
  const named = (id: string) => (id === 'abc' ? 'Dinner bell' : undefined);
  expect(differences(theirs, mine, named)).toEqual([
    { name: 'Message', raw: false, theirs: 'not set', mine: 'Hello' },
    { name: 'Sound file', raw: false, theirs: 'Dinner bell', mine: 'not set' },
    { name: 'Detect answering machines', raw: false, theirs: 'Yes', mine: 'not set' },
  ]);
});

test('what the form has no name for keeps the file’s', () => {
  const [difference] = differences(protocol({ later: { a: 1 } }), protocol({}), none);
  expect(difference).toEqual({ name: 'later', raw: true, theirs: '{"a":1}', mine: 'not set' });
});

test('the id is no difference, nor is anything else that is the same', () => {
  expect(differences(protocol({ id: 'one' }), protocol({ id: 'two' }), none)).toEqual([]);
});
