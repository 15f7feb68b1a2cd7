// As much data as a busy year leaves. Calls are inserted as rows: the sandbox would take hours for ten thousand.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startSwitchboard } from './switchboard.mjs';

const run = promisify(execFile);
const FIRST = ['Ada', 'Grace', 'Alan', 'Zoë', 'Łukasz', 'José', 'Jörg', 'Mary', 'Radia', 'Barbara'];
const LAST = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Müller',
  'Perlman',
  'Liskov',
  'Hamilton',
  'Wójcik',
  'Ng',
  'Ōta',
];
const ENDINGS = ['completed', 'completed', 'completed', 'no-answer', 'busy', 'failed'];
const FROM = '+15005550006';

export const personName = (n) =>
  [FIRST[n % 10], n >= 100 ? `${'ABCDEFGHIJ'[Math.floor(n / 100) - 1]}.` : '', LAST[Math.floor(n / 10) % 10]]
    .filter(Boolean)
    .join(' ');
export const personNumber = (n) => `+1202555${String(n).padStart(4, '0')}`;
export const protocolName = (n) =>
  `Reminder ${String(n + 1).padStart(2, '0')} for the team of floor ${n + 1}`;

function protocols(count) {
  const all = Array.from({ length: count }, (_, n) => [
    `reminder-${n + 1}`,
    {
      name: protocolName(n),
      phone_number: FROM,
      say: { text: n === 0 ? 'Hopper is long, and this is said to you.' : `This is reminder ${n + 1}.` },
    },
  ]);
  return JSON.stringify(Object.fromEntries(all));
}

function addressBook(count) {
  const cards = Array.from({ length: count }, (_, n) => {
    const lines = ['BEGIN:VCARD', 'VERSION:3.0', `UID:person-${n}`, `FN:${personName(n)}`];
    return [...lines, `TEL;TYPE=CELL:${personNumber(n)}`, 'END:VCARD', ''].join('\r\n');
  });
  return cards.join('');
}

/** A version 7 UUID of that time, as an SQLite blob literal. */
function id(at, n) {
  const time = at.toString(16).padStart(12, '0');
  return `x'${time}7${(n % 4096).toString(16).padStart(3, '0')}8${n.toString(16).padStart(15, '0')}'`;
}

function callRows(count, { protocols, people }) {
  const now = Date.now() - 60 * 60_000;
  const rows = Array.from({ length: count }, (_, n) => {
    const at = now - n * 50 * 60_000;
    const status = ENDINGS[n % ENDINGS.length];
    const good = status === 'completed';
    const values = [
      id(at, n),
      `'reminder-${(n % protocols) + 1}'`,
      `'${FROM}'`,
      `'${personNumber(n % people)}'`,
      "'sandbox'",
      "'AC00000000000000000000000000000000'",
      at,
      `'${status}'`,
      0,
      `'CA${n.toString(16).padStart(32, '0')}'`,
      "'polling'",
      good ? at + 9_000 : 'NULL',
      at + 60_000,
      good ? 20 + (n % 200) : 'NULL',
      good ? 14_000 : 'NULL',
      good ? "'USD'" : 'NULL',
      "'browser'",
    ];
    return `(${values.join(',')})`;
  });
  return `INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, sid, news,
    answered_at, ended_at, duration_s, price_micros, price_currency, asked_by) VALUES ${rows.join(',\n')};
  INSERT INTO quarters (mode, quarter, completed, busy, no_answer, failed)
    SELECT mode, requested_at / 900000, sum(status = 'completed'), sum(status = 'busy'), sum(status = 'no-answer'),
      sum(status = 'failed') FROM calls GROUP BY 1, 2;`;
}

export async function startFullHouse({ calls = 2_000, people = 300, protocols: many = 46, ...options } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bsp-full-house-'));
  try {
    const file = join(folder, 'protocols.json');
    await writeFile(file, protocols(many));
    const switchboard = await startSwitchboard({ ...options, protocols: file });
    const taken = await switchboard.send('POST', '/api/v1/people/import', addressBook(people));
    if (taken.added !== people) throw new Error(JSON.stringify(taken));
    await switchboard.restart(async (dataDir) => {
      const rows = join(folder, 'calls.sql');
      await writeFile(rows, `BEGIN;\n${callRows(calls, { protocols: many, people })}\nCOMMIT;\n`);
      await run('sqlite3', ['-bail', join(dataDir, 'benspamsphones.db'), `.read ${rows}`]);
    });
    return switchboard;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
