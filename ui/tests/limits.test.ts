import { beforeEach, expect, test } from 'vitest';

import { Api } from '../src/api';
import { OwnerApi, type Limits } from '../src/owner-api';
import { LimitsForm } from '../src/settings/limits.svelte';
import { FakeHost, json } from './board';

const KEPT: Limits = {
  number_gap_min: 10,
  number_per_day: 3,
  calls_per_hour: null,
  calls_at_once: 3,
  quiet_hours: { from: '21:00', until: '09:00' },
  countries: { listed: ['DE'] },
  spend_per_day: '10',
  spend_per_month: null,
};
let host: FakeHost;
let form: LimitsForm;

function fields() {
  const { counts, spends } = form;
  if (!counts || !spends) throw new Error('nothing was read');
  return { ...counts, ...spends };
}

beforeEach(async () => {
  host = new FakeHost();
  host.answer = ({ body }) => json(200, body ? JSON.parse(body) : KEPT);
  form = new LimitsForm(new OwnerApi(new Api(host)));
  await form.read();
});

test('the form holds what is kept, to the letter', () => {
  expect(form.wanted).toEqual(KEPT);
  expect(form.isChanged).toBe(false);
});

test('what allows more is known, and what allows less is not called a risk', () => {
  fields().number_gap_min.value = '5';
  fields().number_per_day.value = '2';
  fields().spend_per_day.on = false;
  form.night.until = '08:00';
  form.countries.push('US');
  for (const name of ['number_gap_min', 'spend_per_day', 'quiet_hours', 'countries'] as const)
    expect(form.raises(name), name).toBe(true);
  for (const name of ['number_per_day', 'calls_per_hour', 'spend_per_month'] as const)
    expect(form.raises(name), name).toBe(false);
});

test('saving sends all of it and begins anew from what was kept', async () => {
  fields().calls_per_hour.on = true;
  form.where = 'any';
  await form.save();
  const sent = JSON.parse(host.requests.at(-1)?.body ?? '') as Limits;
  expect(sent).toEqual({ ...KEPT, calls_per_hour: 20, countries: 'any' });
  expect(form.isChanged).toBe(false);
});
