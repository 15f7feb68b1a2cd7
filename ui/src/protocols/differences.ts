/** How two versions of a protocol differ, in the form's terms. */

import type { Protocol, ProtocolFields } from '../api';
import { shown } from '../phone-shown.svelte';
import { texts } from '../texts';

export interface Difference {
  name: string;
  /** The name is the key in the file; the form has no such field. */
  raw: boolean;
  theirs: string;
  mine: string;
}

/** The file has an object where the form has several fields. */
const inSay = (fields: Fields): Fields => {
  const { say, ...others } = fields;
  if (typeof say !== 'object' || say === null) return fields;
  const parts = Object.entries(say).map(([part, value]) => [`say.${part}`, value] as const);
  return { ...others, ...Object.fromEntries(parts) };
};

type Fields = Record<string, unknown>;

function names(): Record<string, string> {
  const t = texts.editor;
  return {
    name: t.name,
    group: t.group,
    phone_number: t.from,
    'say.text': t.message,
    'say.message': t.usualMessage,
    'say.repeat': t.repeat,
    'say.voice': t.voice,
    'say.language': t.language,
    sound: texts.sounds.choose,
    twiml: t.twiml,
    callback: t.url,
    method: t.method,
    acknowledge: t.acknowledge,
    offer_opt_out: t.optOut,
    opt_out_language: t.optOutLanguage,
    allow_unchecked_twiml: t.allowUnchecked,
    timeout: t.timeout,
    time_limit: t.timeLimit,
    machine_detection: t.machine,
    send_digits: t.digits,
    record: t.record,
  };
}

/** `soundNamed` returns a sound file's name. */
export function differences(
  theirs: Protocol,
  mine: ProtocolFields,
  soundNamed: (id: string) => string | undefined,
): Difference[] {
  const t = texts.editor;
  const [one, other] = [inSay(theirs as unknown as Fields), inSay(mine as unknown as Fields)];
  const known = names();
  const words = (field: string, value: unknown): string => {
    if (value == null) return t.conflict.none;
    if (typeof value === 'boolean') return value ? t.conflict.yes : t.conflict.no;
    if (field === 'machine_detection')
      return t.machineKinds[value as keyof typeof t.machineKinds] ?? String(value);
    if (field === 'phone_number') return shown(String(value));
    if (field === 'sound') return soundNamed(String(value)) ?? String(value);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  // In the form's order; fields that it doesn't show come last.
  const fields = new Set([...Object.keys(known), ...Object.keys(one), ...Object.keys(other)]);
  // The form has no fields for these.
  fields.delete('id');
  fields.delete('takes_message');
  return [...fields]
    .map((field) => ({
      name: known[field] ?? field,
      raw: known[field] === undefined,
      theirs: words(field, one[field]),
      mine: words(field, other[field]),
    }))
    .filter(({ theirs, mine }) => theirs !== mine);
}
