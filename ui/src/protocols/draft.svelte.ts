/** A protocol while it is edited. Fields that the form doesn't show are kept. */

import type { Protocol, ProtocolFields } from '../api';
import { texts } from '../texts';
import {
  acknowledgeField,
  acknowledgeOf,
  hasPlace,
  MAX_PROMPT_CHARS,
  promptsBy,
  roomBeside,
  say,
  speakerIn,
  speakerLike,
  speakerOf,
  type Acknowledge,
  type Prompt,
} from './keys';
import { fill, takesMessage } from '../say-text';
import { groupOf, hostOf } from './plays';
import { check, type Step } from './twiml';

export type PlaysKind = 'callback' | 'twiml' | 'say' | 'sound';
export const PLAYS: PlaysKind[] = ['say', 'sound', 'twiml', 'callback'];
type Field =
  | 'id'
  | 'from'
  | 'callback'
  | 'twiml'
  | 'say'
  | 'sound'
  | 'timeout'
  | 'timeLimit'
  | 'digits'
  | 'optOut'
  | 'acknowledge';

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

const WRITTEN = [
  'id',
  'name',
  'group',
  'from',
  'kind',
  'callback',
  'method',
  'twiml',
  'text',
  'message',
  'repeat',
  'voice',
  'language',
  'sound',
  'timeout',
  'timeLimit',
  'machine',
  'digits',
  'record',
  'optOutLanguage',
  'acknowledges',
  'acknowledgeKey',
  'acknowledgePrompt',
  'acknowledgeRequired',
  'allowsUnchecked',
] as const;

const MOST = { timeout: 600, timeLimit: 86_400 };

export class Draft {
  id = $state('');
  name = $state('');
  group = $state('');
  from = $state('');
  kind = $state<PlaysKind>('say');
  callback = $state('');
  method = $state<'GET' | 'POST'>('GET');
  twiml = $state('<Response>\n  <Say>Hello.</Say>\n</Response>');
  text = $state('');
  /** What is said if a call brings no message. */
  message = $state('');
  repeat = $state('1');
  voice = $state('');
  language = $state('');
  sound = $state('');
  timeout = $state('');
  timeLimit = $state('');
  machine = $state<'off' | 'Enable' | 'DetectMessageEnd'>('off');
  digits = $state('');
  record = $state(false);
  /** Undefined: the default for what plays. */
  #optOut = $state<boolean>();
  optOutLanguage = $state('');
  /** Whether the person is asked to confirm with a key. */
  acknowledges = $state(false);
  acknowledgeKey = $state('1');
  acknowledgePrompt = $state('');
  acknowledgeRequired = $state(true);
  /** The owner allows TwiML that the rules can't check. */
  allowsUnchecked = $state(false);
  /** Whether a pressed key can reach this server. */
  reachable = $state(true);
  #idTouched = false;
  #original: Partial<Protocol>;
  readonly #first: string;

  constructor(
    original: Partial<Protocol>,
    readonly isNew: boolean,
    private readonly isTaken: (id: string) => boolean,
  ) {
    this.#original = original;
    this.id = original.id ?? '';
    this.#idTouched = this.id !== '';
    this.name = original.name ?? '';
    this.group = groupOf(original);
    this.from = original.phone_number ?? '';
    this.kind = PLAYS.find((kind) => original[kind] != null) ?? 'say';
    this.callback = original.callback ?? '';
    this.method = original.method ?? 'GET';
    this.twiml = original.twiml ?? this.twiml;
    this.text = original.say?.text ?? '';
    this.message = original.say?.message ?? '';
    this.repeat = (original.say?.repeat ?? 1).toString();
    this.voice = original.say?.voice ?? '';
    this.language = original.say?.language ?? '';
    this.sound = original.sound ?? '';
    this.timeout = original.timeout?.toString() ?? '';
    this.timeLimit = original.time_limit?.toString() ?? '';
    this.machine = original.machine_detection ?? 'off';
    this.digits = original.send_digits ?? '';
    this.record = original.record ?? false;
    this.#optOut = original.offer_opt_out ?? undefined;
    this.optOutLanguage = original.opt_out_language ?? '';
    const acknowledge = acknowledgeOf(original.acknowledge);
    this.acknowledges = acknowledge !== undefined;
    this.acknowledgeKey = acknowledge?.key ?? '1';
    this.acknowledgePrompt = acknowledge?.prompt ?? '';
    this.acknowledgeRequired = acknowledge?.required ?? true;
    this.allowsUnchecked = original.allow_unchecked_twiml ?? false;
    this.#first = this.#asText();
  }

  /** The form's fields, for a draft. */
  written(): Record<string, unknown> {
    const fields = WRITTEN.map((field) => [field, this[field]]);
    return Object.fromEntries([...fields, ['optOut', this.#optOut], ['original', this.#original]]);
  }

  /** Restores a draft. Storage can hold anything, so only values of the right type are used. */
  resume(written: unknown): void {
    if (typeof written !== 'object' || written === null) return;
    const kept = written as Record<string, unknown>;
    for (const field of WRITTEN)
      if (typeof kept[field] === typeof this[field]) Object.assign(this, { [field]: kept[field] });
    if (typeof kept.optOut === 'boolean') this.#optOut = kept.optOut;
    if (typeof kept.original === 'object' && kept.original !== null) this.#original = kept.original;
    this.#idTouched = true;
  }

  /** Keys that the form doesn't show. */
  get others(): string[] {
    const shown: string[] = ['id', 'takes_message', ...KNOWN];
    return Object.keys(this.#original).filter((key) => !shown.includes(key));
  }

  /** Whether the text includes a message for each call. */
  get takesMessage(): boolean {
    return this.kind === 'say' && takesMessage(this.text);
  }

  get optionsSet(): number {
    const set = [this.timeout, this.timeLimit, this.digits].filter((text) => text.trim() !== '').length;
    return set + Number(this.machine !== 'off') + Number(this.record);
  }

  get isChanged(): boolean {
    return this.#asText() !== this.#first;
  }

  /** The id follows the name until someone edits it. */
  rename(name: string): void {
    this.name = name;
    if (this.isNew && !this.#idTouched) this.id = idOf(name);
  }

  reidentify(id: string): void {
    this.id = id;
    this.#idTouched = id !== '';
  }

  /** Whether it ends with the offer to press 9, which is the default for `say`. */
  get offersOptOut(): boolean {
    return this.kind !== 'callback' && (this.#optOut ?? this.kind === 'say');
  }

  set offersOptOut(offers: boolean) {
    const isDefault = offers === (this.kind === 'say') && this.#original.offer_opt_out == null;
    this.#optOut = isDefault ? undefined : offers;
  }

  /** What the person is asked to confirm with; nothing for a callback, which would have to ask itself. */
  get acknowledge(): Acknowledge | undefined {
    if (!this.acknowledges || this.kind === 'callback') return undefined;
    const prompt = this.acknowledgePrompt.trim();
    return { key: this.acknowledgeKey, prompt, required: this.acknowledgeRequired };
  }

  /** By how many characters it is too long for the offer; 0 if it fits. */
  get missingRoom(): number {
    return this.offersOptOut ? this.#missing(true) : 0;
  }

  /** By how many characters it is too long to ask for a key; 0 if it fits. */
  get missingToAcknowledge(): number {
    return this.acknowledge ? this.#missing(false) : 0;
  }

  #missing(offers: boolean): number {
    if (this.kind === 'sound') return 0;
    const played =
      this.kind === 'say'
        ? say(this.#said('', ''), this.voice.trim(), this.language.trim(), Number(this.repeat))
        : this.twiml;
    // TwiML of one's own has its own `<Response>`.
    const frame = this.kind === 'twiml' ? '<Response></Response>'.length : 0;
    const room = roomBeside(this.#prompts(offers), this.acknowledge !== undefined, played);
    return Math.max(0, -room - frame);
  }

  /** The text, with these if there is no message or name. */
  #said(message: string, name: string): string {
    return fill(this.text.trim(), (this.takesMessage && this.message.trim()) || message, name);
  }

  #prompts(offers: boolean): Prompt[] {
    const said = this.kind === 'sound' ? { voice: '', language: '' } : this;
    const { voice, language } = this.kind === 'twiml' ? speakerOf(this.twiml) : said;
    const message = { voice: voice.trim(), language: language.trim() };
    const speaker = this.optOutLanguage
      ? speakerIn(this.optOutLanguage)
      : speakerLike(message.voice, message.language);
    const own = message.voice || message.language ? message : speaker;
    return promptsBy(speaker, own, offers, this.acknowledge);
  }

  /** Errors by field; empty if it can be saved. */
  readonly faults: Partial<Record<Field, string>> = $derived.by(() => {
    const t = texts.editor;
    const faults: Partial<Record<Field, string>> = {};
    if (this.isNew && (this.id.trim() === '' || [...this.id].length > 100)) faults.id = t.idNeeded;
    else if (this.isNew && this.isTaken(this.id)) faults.id = t.idTaken;
    if (this.from.trim() === '') faults.from = t.fromNeeded;
    if (this.kind === 'callback' && !isWebAddress(this.callback)) faults.callback = t.urlBad;
    if (this.kind === 'say' && this.text.trim() === '') faults.say = t.messageNeeded;
    if (this.kind === 'sound' && this.sound === '') faults.sound = texts.sounds.needed;
    if (this.kind === 'twiml') {
      const checked = check(this.twiml);
      if ('fault' in checked) faults.twiml = checked.fault;
    }
    const lacksPlace = this.kind === 'twiml' && !faults.twiml && !hasPlace(this.twiml);
    if (this.acknowledge && lacksPlace) faults.acknowledge = t.optOutNoPlace;
    else if ([...this.acknowledgePrompt.trim()].length > MAX_PROMPT_CHARS)
      faults.acknowledge = t.acknowledgeLong(MAX_PROMPT_CHARS);
    else if (this.missingToAcknowledge > 0)
      faults.acknowledge = t.acknowledgeNoRoom(this.missingToAcknowledge);
    if (this.offersOptOut && lacksPlace) faults.optOut = t.optOutNoPlace;
    else if (this.#optOut === true && this.missingRoom > 0) faults.optOut = t.optOutNoRoom(this.missingRoom);
    if (!isWithin(this.timeout, MOST.timeout)) faults.timeout = t.range('600');
    if (!isWithin(this.timeLimit, MOST.timeLimit)) faults.timeLimit = t.range('86,400');
    if (!/^[0-9*#wW]{0,32}$/.test(this.digits.trim())) faults.digits = t.digitsBad;
    return faults;
  });

  /** What happens once the call is answered, step by step; empty while what plays is invalid. */
  readonly steps: Step[] = $derived.by(() => {
    const plays = this.#plays();
    const digits = this.digits.trim();
    const keys: Step[] = digits ? [step('play', texts.twiml.digits(digits))] : [];
    return plays.length > 0 ? [...keys, ...this.#withKeys(plays)] : [];
  });

  #withKeys(plays: Step[]): Step[] {
    const { acknowledge, faults } = this;
    if (!this.reachable || faults.acknowledge) return plays;
    const offers = this.offersOptOut && this.missingRoom === 0 && !faults.optOut;
    const t = texts.editor;
    const when = [acknowledge && t.acknowledgeWhen(acknowledge.key), offers && t.optOutWhen];
    const aside = when.filter(Boolean).join('; ');
    const prompts = this.#prompts(offers).map(({ text }) => step('say', texts.twiml.say(text), aside));
    const end = this.kind === 'twiml' ? plays.findIndex((played) => played.kind === 'act') : -1;
    return end < 0 ? [...plays, ...prompts] : [...plays.slice(0, end), ...prompts, ...plays.slice(end)];
  }

  #plays(): Step[] {
    switch (this.kind) {
      case 'callback':
        return this.callback.trim() ? [step('act', texts.plays.fetched(hostOf(this.callback.trim())))] : [];
      case 'twiml': {
        const checked = check(this.twiml);
        return 'steps' in checked ? checked.steps : [];
      }
      case 'sound':
        return this.sound ? [step('play', texts.plays.sound)] : [];
      case 'say': {
        const t = texts.editor;
        const manner = [
          this.language.trim(),
          this.voice.trim() && texts.twiml.voice(this.voice.trim()),
          this.repeat !== '1' && t.times(Number(this.repeat)),
        ];
        const aside = manner.filter(Boolean).join(', ') || undefined;
        return this.text.trim()
          ? [step('say', texts.twiml.say(this.#said(t.ofTheCall, t.ofThePerson)), aside)]
          : [];
      }
    }
  }

  get isGood(): boolean {
    return Object.keys(this.faults).length === 0;
  }

  /** The object to save: the form's fields as they are now, all others as they were. */
  fields(): ProtocolFields {
    const kept: Record<string, unknown> = { ...this.#original };
    delete kept.id;
    delete kept.takes_message;
    const now: Record<(typeof KNOWN)[number], unknown> = {
      name: this.name.trim() || undefined,
      group: this.group.trim() || undefined,
      phone_number: this.from.trim(),
      callback: this.kind === 'callback' ? this.callback.trim() : undefined,
      method: this.kind === 'callback' && this.method === 'POST' ? 'POST' : undefined,
      twiml: this.kind === 'twiml' ? this.twiml : undefined,
      say: this.kind === 'say' ? this.#say() : undefined,
      sound: this.kind === 'sound' ? this.sound : undefined,
      timeout: number(this.timeout),
      time_limit: number(this.timeLimit),
      machine_detection: this.machine === 'off' ? undefined : this.machine,
      send_digits: this.digits.trim() || undefined,
      record: this.record || undefined,
      offer_opt_out: this.kind === 'callback' ? undefined : this.#optOut,
      opt_out_language: this.optOutLanguage || undefined,
      acknowledge: this.#acknowledgeField(),
      allow_unchecked_twiml: (this.kind === 'twiml' && this.allowsUnchecked) || undefined,
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

  /** As it was written, as long as it means the same. */
  #acknowledgeField(): unknown {
    const [now, before] = [this.acknowledge, this.#original.acknowledge];
    if (!now) return undefined;
    const asBefore = JSON.stringify(acknowledgeOf(before)) === JSON.stringify(now);
    return asBefore ? before : acknowledgeField(now);
  }

  #say(): NonNullable<ProtocolFields['say']> {
    const [voice, language] = [this.voice.trim(), this.language.trim()];
    const message = this.takesMessage ? this.message.trim() : '';
    const repeat = Number(this.repeat);
    return {
      text: this.text.trim(),
      ...(voice && { voice }),
      ...(language && { language }),
      ...(message && { message }),
      ...(repeat > 1 && { repeat }),
    };
  }

  #asText(): string {
    return JSON.stringify([this.id, this.fields()]);
  }
}

function step(kind: Step['kind'], text: string, aside?: string): Step {
  return { kind, text, aside, inside: [] };
}

function idOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text.trim()) && URL.canParse(text.trim());
}

const number = (text: string) => (text.trim() === '' ? undefined : Number(text));

function isWithin(text: string, most: number): boolean {
  const value = number(text);
  return value === undefined || (Number.isInteger(value) && value >= 1 && value <= most);
}
