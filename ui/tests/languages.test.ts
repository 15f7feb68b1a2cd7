/** Languages: the choice, complete translations, and the server's texts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { wordOf } from '../src/call-stations';
import { money } from '../src/money';
import { countryName } from '../src/phone';
import { Problem } from '../src/problem';
import { addedTo, summaryOf } from '../src/said';
import { verdictOf } from '../src/settings/said';
import { Switchboard } from '../src/state/switchboard.svelte';
import { fetchedLater, languageFor, LANGUAGES, locale, speak, texts, type Language } from '../src/texts';
import { de as page } from '../src/texts/de';
import { groups as germanGroups } from '../src/texts/de/groups';
import { settings as germanSettings } from '../src/texts/de/settings';
import { fetched } from '../src/texts/de/later.svelte';
import { sip } from '../src/texts/de/sip';
import { twilio } from '../src/texts/de/twilio';
import { en as englishPage } from '../src/texts/en';
import { groups } from '../src/texts/en/groups';
import { settings } from '../src/texts/en/settings';
import { dayName, weekdayNames } from '../src/time.svelte';
import { call, FakeHost, json } from './board';

/** Including texts that are loaded later. */
const en = { ...englishPage, groups, ...settings };
const de = { ...page, groups: germanGroups, ...germanSettings };

const problem = (changes: object) =>
  json(422, { status: 422, code: 'blocked_number', title: 'T', detail: 'D', ...changes });

test('the language is the chosen one, or else the first of the system’s that is supported', () => {
  expect(languageFor('de', ['en-US'])).toBe('de');
  expect(languageFor('system', ['de-AT', 'en'])).toBe('de');
  expect(languageFor('system', ['fr-FR', 'DE'])).toBe('de');
  expect(languageFor('system', ['fr-FR', 'en-GB', 'de'])).toBe('en');
  expect(languageFor('system', ['den', 'toString'])).toBe('en');
  expect(languageFor('system', [])).toBe('en');
  expect(languageFor('of a later version', ['de'])).toBe('de');
});

test('a day within a sentence keeps the capital of its month', () => {
  expect(en.people.since('Yesterday')).toBe('since yesterday');
  expect(en.people.since('Mar 3')).toBe('since Mar 3');
  expect(en.settings.lastSeen('Today', '')).toBe('today');
  expect(en.settings.lastSeen('Mar 3, 2025', 'Chrome')).toBe('Mar 3, 2025 from Chrome');
});

/** Every text by its path, except the server's. */
function leaves(tree: object, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    if (path === '' && key === 'server') return [];
    const at = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? leaves(value, at) : [[at, value]];
  });
}

/** The arguments that appear in a text. */
function used(text: unknown): string[] {
  const marks = ['m0', 'm1', 'm2', 'm3'];
  const said = typeof text === 'function' ? String((text as (...marks: string[]) => string)(...marks)) : '';
  return marks.filter((mark) => said.includes(mark));
}

describe('the catalogues', () => {
  test('have the same texts', () => {
    const paths = leaves(en).map(([path]) => path);
    expect(
      leaves(de)
        .map(([path]) => path)
        .sort(),
    ).toEqual(paths.sort());
    expect(paths.length).toBeGreaterThan(400);
  });

  test('say the same names and numbers', () => {
    const german = new Map(leaves(de));
    for (const [path, text] of leaves(en)) {
      expect(typeof german.get(path), path).toBe(typeof text);
      expect(used(german.get(path)), path).toEqual(used(text));
    }
  });

  test('set quotes and apostrophes as printers do', () => {
    const said = (text: unknown) => (typeof text === 'function' ? '' : String(text));
    for (const [path, text] of [...leaves(en), ...leaves(de)]) expect(said(text), path).not.toMatch(/["']/);
    for (const [path, text] of leaves(de)) expect(said(text), path).not.toMatch(/\d (s|MB|kB)\b|“[^„]*“/);
  });
});

test('texts that come with a part of the page are in the language chosen while they were fetched', async () => {
  let arrive: (words: string) => void = () => undefined;
  const english = new Promise<string>((resolve) => (arrive = resolve));
  const used: string[] = [];
  const ready = fetchedLater({ en: () => english, de: () => Promise.resolve('deutsch') }, (words) =>
    used.push(words),
  );
  const isReady = ready();
  await speak('de');
  arrive('English');
  await isReady;
  expect(used).toEqual(['deutsch']);
  await speak('en');
  expect(used).toEqual(['deutsch', 'English']);
});

describe('German', () => {
  beforeEach(async () => {
    await speak('de', ['de-AT', 'en']);
    await fetched;
  });
  afterEach(() => speak('en'));

  test('is what the page says it is, with the region that the system adds', () => {
    expect(document.documentElement.lang).toBe('de');
    expect(locale).toBe('de-AT');
    expect(texts.places.dial).toBe('Wählen');
  });

  test('has its dates, money and countries', () => {
    expect(weekdayNames()).toEqual(['Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa', 'So']);
    expect(dayName(new Date())).toBe('Heute');
    expect(dayName('2025-12-24T12:00:00Z', new Date('2026-10-01T12:00:00Z'))).toMatch(/^24\. Dez/);
    expect(money({ amount: '0.013', currency: 'EUR' })).toContain('0,013');
    expect(countryName('DE')).toBe('Deutschland');
  });

  test('has words for every code of Twilio’s that the server explains', () => {
    const source = readFileSync(join(import.meta.dirname, '../../crates/twilio/src/error_codes.txt'), 'utf8');
    const lines = source.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const codes = lines.filter((_, at) => at % 3 === 0).flatMap((line) => line.split(' '));
    const numbers = codes.map((code) => Number(code.split(':')[0]));
    expect(numbers.length).toBeGreaterThan(500);
    const german = twilio;
    expect(Object.keys(german).map(Number)).toEqual(numbers.sort((a, b) => a - b));
    expect(Object.values(german).filter((words) => words.includes('{}') || !/[.?]$/.test(words))).toEqual([]);
  });

  test('has words for every SIP response that the server explains', () => {
    const source = readFileSync(join(import.meta.dirname, '../../crates/core/src/sip.rs'), 'utf8');
    const rows =
      source.slice(source.indexOf('const TABLE'), source.indexOf('];')).match(/&\[[\d, ]+\]/g) ?? [];
    const codes = rows.flatMap((row) => row.match(/\d+/g) ?? []).map(Number);
    expect(codes.length).toBeGreaterThan(70);
    for (const code of codes) {
      const own = sip(code);
      expect(own, code.toString()).toBeTruthy();
      const class_ = sip(code < 200 ? 183 : Math.floor(code / 100) * 100);
      if (![183, 199, 202, 204, 200, 300, 485, 400, 500, 600].includes(code))
        expect(own, code.toString()).not.toBe(class_);
    }
    expect(sip(499)).toBe(sip(400));
    expect(sip(99)).toBeUndefined();
  });

  test('translates problems by code, and shows unknown ones in the server’s English', () => {
    const blocked = Problem.of(problem({}));
    expect(blocked).toMatchObject({ title: 'Diese Nummer wird nicht angerufen', server: undefined });
    const refused = Problem.of(problem({ code: 'twilio_refused', twilio_code: 21219 }));
    expect(refused.detail).toContain('Probekonto');
    const waits = Problem.of(problem({ code: 'locked_out', retry_after_s: 30 }));
    expect(waits.detail).toContain('in 30\u00a0s');
    const faulty = Problem.of(problem({ code: 'invalid_protocol', detail: 'say: too long' }));
    expect(faulty).toMatchObject({ title: 'Ungültige Ansage', server: 'say: too long' });
    const unheard = Problem.of(problem({ code: 'of_a_later_version' }));
    expect(unheard).toMatchObject({ title: 'Das hat nicht geklappt', server: 'T. D' });
  });

  test('tells how a call went', () => {
    const said = (changes: Parameters<typeof call>[0]) => summaryOf(call(changes));
    expect(said({ status: 'completed', duration_s: 12, answered_by: 'human' }).text).toBe(
      'Ein Mensch hat abgehoben; der Anruf dauerte 12\u00a0s.',
    );
    const asked = {
      acknowledge_requested: true,
      answered_by: 'human',
      status: 'completed',
      ended: true,
    } as const;
    expect(said({ ...asked, duration_s: 12 }).text).toBe(
      'Abgehoben, aber nicht bestätigt; der Anruf dauerte 12\u00a0s.',
    );
    expect(said({ ...asked, acknowledged_at: '2026-10-01T12:00:09Z' }).text).toBe(
      'Bestätigt; der Anruf ist vorbei.',
    );
    expect(said({ ...asked, answered_by: 'machine_start' }).text).toContain('Ein Anrufbeantworter');
    expect(said({ status: 'failed', sip_response_code: 480 }).text).toBe('Niemand war zu erreichen.');
    expect(said({ status: 'failed', sip_response_code: 404 }).text).toBe(
      'Der Anruf kam nicht zustande: diese Nummer gibt es nicht (SIP\u00a0404).',
    );
    const stopped = { code: null, reason: 'stopped', message: 'M' } as const;
    expect(said({ status: 'canceled', failure: stopped }).text).toContain('Das Programm konnte');
    expect(said({ status: 'canceled' }).text).toBe('Aufgelegt, bevor jemand abhob.');
    const failure = { code: null, reason: null, message: 'Twilio said something.' };
    expect(said({ status: 'failed', failure })).toEqual({ text: 'Ringing.', lang: 'en' });
    const known = said({ status: 'failed', failure: { ...failure, code: 21214 } });
    expect(known).toMatchObject({ lang: undefined });
    expect(known.text).toContain('nicht zu erreichen');
    expect(said({ status: 'failed', failure: { ...failure, reason: 'no_record' } }).text).toContain(
      'Twilio weiß nichts',
    );
  });

  test('uses one name for each outcome of a call', () => {
    expect(wordOf({ status: 'completed' })).toBe(texts.calls.outcome.completed);
    expect(wordOf({ status: 'completed', acknowledged_at: '2026-10-01T12:00:09Z' })).toBe('Bestätigt');
    expect(wordOf({ status: 'ringing' })).toBe('Klingelt');
    expect(texts.calls.answeredBy('machine_end_beep')).toBe('Anrufbeantworter');
  });

  test('adds the parts of an explanation that the page lacks, in English', () => {
    const known = call({ status: 'failed', summary: 'The number cannot be reached. Check it.' });
    const explanation = { twilio: null, sentence: 'The number cannot be reached.', next_step: 'Check it.' };
    expect(addedTo(known, explanation)).toEqual([]);
    expect(addedTo(known, { ...explanation, next_step: 'Ask Twilio.' })).toEqual([
      { text: 'Ask Twilio.', lang: 'en' },
    ]);
  });

  test('tells what a test found', () => {
    const found = {
      good: false,
      code: 'address_refused',
      sentence: 'S',
      about: 'calls.example.com',
    } as const;
    expect(verdictOf(found).text).toMatch(/^calls\.example\.com nimmt keine Verbindung an/);
    const newer = { ...found, code: 'of_a_later_version' as 'address_refused', next_step: 'N' };
    expect(verdictOf(newer)).toEqual({ text: 'S N', lang: 'en' });
  });
});

describe('English', () => {
  test('uses one name for each outcome of a call, and names who answered', () => {
    expect(wordOf({ status: 'completed' })).toBe('Answered');
    expect(texts.calls.answeredBy('machine_end_beep')).toBe('Answering machine');
    expect(texts.calls.answeredBy('of a later version')).toBe('of a later version');
  });

  test('shows the server’s own texts', () => {
    expect(Problem.of(problem({}))).toMatchObject({ title: 'T', detail: 'D', server: undefined });
    expect(summaryOf(call())).toEqual({ text: 'Ringing.', lang: undefined });
  });
});

describe('a person who chooses a language', () => {
  afterEach(() => speak('en'));

  test('sees it at once, and again next time', async () => {
    const host = new FakeHost();
    const board = new Switchboard(host);
    expect(board.reading.language).toBe('en');
    await board.reading.choose('de');
    expect([board.reading.language, texts.places.dial]).toEqual(['de', 'Wählen']);
    board.preferences.flush();
    expect(host.preferences.language).toBe('de');
    expect(new Switchboard(host).reading.language).toBe('de');
  });

  test('finds each language by its own name', () => {
    expect(Object.keys(LANGUAGES) satisfies string[]).toEqual(['en', 'de'] satisfies Language[]);
  });
});
