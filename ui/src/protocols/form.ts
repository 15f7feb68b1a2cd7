/** A protocol as the form shows it, and as the file has it. */

import type { Protocol, ProtocolFields } from '../api';
import { acknowledgeField, acknowledgeOf, type Acknowledge } from './keys';
import { groupOf } from './plays';

export type PlaysKind = 'callback' | 'twiml' | 'say' | 'sound';
export const PLAYS: PlaysKind[] = ['say', 'sound', 'twiml', 'callback'];

/** The form's fields. Numbers are texts while they are edited. */
export interface Form {
  id: string;
  name: string;
  group: string;
  from: string;
  kind: PlaysKind;
  callback: string;
  method: 'GET' | 'POST';
  twiml: string;
  text: string;
  /** What is said if a call brings no message. */
  message: string;
  repeat: string;
  voice: string;
  language: string;
  sound: string;
  timeout: string;
  timeLimit: string;
  machine: 'off' | 'Enable' | 'DetectMessageEnd';
  digits: string;
  record: boolean;
  optOutLanguage: string;
  /** Whether the person is asked to confirm with a key. */
  acknowledges: boolean;
  acknowledgeKey: string;
  acknowledgePrompt: string;
  acknowledgeRequired: boolean;
  /** The owner allows TwiML that the rules can't check. */
  allowsUnchecked: boolean;
}

/** What the form makes of its fields. */
interface Meaning {
  takesMessage: boolean;
  acknowledge: Acknowledge | undefined;
  /** Undefined: the default for what plays. */
  optOut: boolean | undefined;
}

const SAMPLE = '<Response>\n  <Say>Hello.</Say>\n</Response>';

export function formOf(protocol: Partial<Protocol>): Form {
  const { say } = protocol;
  const acknowledge = acknowledgeOf(protocol.acknowledge);
  return {
    id: protocol.id ?? '',
    name: protocol.name ?? '',
    group: groupOf(protocol),
    from: protocol.phone_number ?? '',
    kind: PLAYS.find((kind) => protocol[kind] != null) ?? 'say',
    callback: protocol.callback ?? '',
    method: protocol.method ?? 'GET',
    twiml: protocol.twiml ?? SAMPLE,
    text: say?.text ?? '',
    message: say?.message ?? '',
    repeat: (say?.repeat ?? 1).toString(),
    voice: say?.voice ?? '',
    language: say?.language ?? '',
    sound: protocol.sound ?? '',
    timeout: protocol.timeout?.toString() ?? '',
    timeLimit: protocol.time_limit?.toString() ?? '',
    machine: protocol.machine_detection ?? 'off',
    digits: protocol.send_digits ?? '',
    record: protocol.record ?? false,
    optOutLanguage: protocol.opt_out_language ?? '',
    acknowledges: acknowledge !== undefined,
    acknowledgeKey: acknowledge?.key ?? '1',
    acknowledgePrompt: acknowledge?.prompt ?? '',
    acknowledgeRequired: acknowledge?.required ?? true,
    allowsUnchecked: protocol.allow_unchecked_twiml ?? false,
  };
}

/** The keys that the form shows, in the file's order. */
const KNOWN = [
  'name',
  'group',
  'phone_number',
  'callback',
  'method',
  'twiml',
  'say',
  'sound',
  'timeout',
  'time_limit',
  'machine_detection',
  'send_digits',
  'record',
  'offer_opt_out',
  'opt_out_language',
  'acknowledge',
  'allow_unchecked_twiml',
] as const;

/** Keys of a protocol that the form doesn't show. */
export function othersOf(protocol: Partial<Protocol>): string[] {
  const shown: string[] = ['id', 'takes_message', ...KNOWN];
  return Object.keys(protocol).filter((key) => !shown.includes(key));
}

/** The object to save: the form's fields as they are now, all others as they were. */
export function fieldsOf(form: Form, meaning: Meaning, original: Partial<Protocol>): ProtocolFields {
  const kept: Record<string, unknown> = { ...original };
  delete kept.id;
  delete kept.takes_message;
  const now: Record<(typeof KNOWN)[number], unknown> = {
    name: form.name.trim() || undefined,
    group: form.group.trim() || undefined,
    phone_number: form.from.trim(),
    callback: form.kind === 'callback' ? form.callback.trim() : undefined,
    method: form.kind === 'callback' && form.method === 'POST' ? 'POST' : undefined,
    twiml: form.kind === 'twiml' ? form.twiml : undefined,
    say: form.kind === 'say' ? sayField(form, meaning.takesMessage) : undefined,
    sound: form.kind === 'sound' ? form.sound : undefined,
    timeout: numberOf(form.timeout),
    time_limit: numberOf(form.timeLimit),
    machine_detection: form.machine === 'off' ? undefined : form.machine,
    send_digits: form.digits.trim() || undefined,
    record: form.record || undefined,
    offer_opt_out: form.kind === 'callback' ? undefined : meaning.optOut,
    opt_out_language: form.optOutLanguage || undefined,
    acknowledge: acknowledgeAsWritten(meaning.acknowledge, original.acknowledge),
    allow_unchecked_twiml: (form.kind === 'twiml' && form.allowsUnchecked) || undefined,
  };
  for (const key of KNOWN) {
    // A default is written only if it was written before.
    const unsaid =
      now[key] === undefined && (kept[key] === null || kept[key] === false || kept[key] === 'GET');
    if (unsaid && !PLAYS.some((kind) => kind === key)) continue;
    // JSON leaves out `undefined`.
    kept[key] = now[key];
  }
  return kept as ProtocolFields;
}

/** The number in a field; undefined if it is empty. */
export const numberOf = (text: string) => (text.trim() === '' ? undefined : Number(text));

/** The field of the file stays the same as long as it means the same. */
function acknowledgeAsWritten(now: Acknowledge | undefined, before: ProtocolFields['acknowledge']): unknown {
  if (!now) return undefined;
  const asBefore = JSON.stringify(acknowledgeOf(before)) === JSON.stringify(now);
  return asBefore ? before : acknowledgeField(now);
}

function sayField(form: Form, takesMessage: boolean): NonNullable<ProtocolFields['say']> {
  const [voice, language] = [form.voice.trim(), form.language.trim()];
  const message = takesMessage ? form.message.trim() : '';
  const repeat = Number(form.repeat);
  return {
    text: form.text.trim(),
    ...(voice && { voice }),
    ...(language && { language }),
    ...(message && { message }),
    ...(repeat > 1 && { repeat }),
  };
}
