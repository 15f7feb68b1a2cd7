/** vCard 3.0 (RFC 2426), which phones and mail programs import. */

import type { Person } from '../api';
import { whole } from '../phone-shown.svelte';

/** Labels with a vCard type; other labels are written as `X-ABLabel`, as Apple's programs do. */
const TYPES: Record<string, string> = {
  mobile: 'CELL',
  mobil: 'CELL',
  home: 'HOME',
  privat: 'HOME',
  work: 'WORK',
};
/** Maximum octets per line (RFC 2426, section 2.6). */
const LINE = 75;

export function vcards(people: readonly Person[]): string {
  return people.map(card).join('');
}

function card({ name, numbers, may_call }: Person): string {
  const telephones = numbers.flatMap(({ number, extension, label }, at) => {
    const type = TYPES[label?.toLowerCase() ?? ''];
    const value = escape(whole(number, extension));
    if (!label || type) return [`TEL;TYPE=${type ?? 'VOICE'}:${value}`];
    return [`item${at + 1}.TEL:${value}`, `item${at + 1}.X-ABLabel:${escape(label)}`];
  });
  const last = name.split(' ').at(-1) ?? '';
  const first = name.slice(0, name.length - last.length).trim();
  const names = [`FN:${escape(name)}`, `N:${escape(last)};${escape(first)};;;`];
  // Other programs ignore this; our import reads it.
  const mark = may_call ? [] : ['X-BSP-DO-NOT-CALL:TRUE'];
  return ['BEGIN:VCARD', 'VERSION:3.0', ...names, ...telephones, ...mark, 'END:VCARD']
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

const escape = (text: string) => text.replace(/[\\,;]/g, '\\$&').replace(/\r?\n/g, '\\n');

/** Continues a long line after a space, never within a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let [all, octets] = ['', 0];
  for (const letter of line) {
    const size = encoder.encode(letter).length;
    if (octets + size > LINE) [all, octets] = [`${all}\r\n `, 1];
    all += letter;
    octets += size;
  }
  return all;
}
