/** A protocol while it is edited. Fields that the form doesn't show are kept. */

import type { Protocol, ProtocolFields } from '../api';
import { takesMessage } from '../say-text';
import { texts } from '../texts';
import { fieldsOf, formOf, numberOf, othersOf, type Form } from './form';
import { missingRoom, stepsOf, type Heard } from './heard';
import { hasPlace, MAX_PROMPT_CHARS, type Acknowledge } from './keys';
import { check, type Step } from './twiml';

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

const MOST = { timeout: 600, timeLimit: 86_400 };

export class Draft implements Heard {
  id = $state('');
  name = $state('');
  group = $state('');
  from = $state('');
  kind = $state<Form['kind']>('say');
  callback = $state('');
  method = $state<Form['method']>('GET');
  twiml = $state('');
  text = $state('');
  message = $state('');
  repeat = $state('');
  voice = $state('');
  language = $state('');
  sound = $state('');
  timeout = $state('');
  timeLimit = $state('');
  machine = $state<Form['machine']>('off');
  digits = $state('');
  record = $state(false);
  /** Undefined: the default for what plays. */
  #optOut = $state<boolean>();
  optOutLanguage = $state('');
  acknowledges = $state(false);
  acknowledgeKey = $state('');
  acknowledgePrompt = $state('');
  acknowledgeRequired = $state(false);
  allowsUnchecked = $state(false);
  #idTouched = false;
  #original: Partial<Protocol>;
  readonly #first: string;

  constructor(
    original: Partial<Protocol>,
    readonly isNew: boolean,
    private readonly isTaken: (id: string) => boolean,
    /** Whether a pressed key can reach this server. */
    private readonly isReachable: () => boolean,
  ) {
    this.#original = original;
    Object.assign(this, formOf(original));
    this.#idTouched = this.id !== '';
    this.#optOut = original.offer_opt_out ?? undefined;
    this.#first = this.#asText();
  }

  get reachable(): boolean {
    return this.isReachable();
  }

  /** The form's fields, for a draft. */
  written(): Record<string, unknown> {
    const fields = this.#fields().map((field) => [field, this[field]]);
    return Object.fromEntries([...fields, ['optOut', this.#optOut], ['original', this.#original]]);
  }

  /** Restores a draft. Storage can hold anything, so only values of the right type are used. */
  resume(written: unknown): void {
    if (typeof written !== 'object' || written === null) return;
    const kept = written as Record<string, unknown>;
    for (const field of this.#fields())
      if (typeof kept[field] === typeof this[field]) Object.assign(this, { [field]: kept[field] });
    if (typeof kept.optOut === 'boolean') this.#optOut = kept.optOut;
    if (typeof kept.original === 'object' && kept.original !== null) this.#original = kept.original;
    this.#idTouched = true;
  }

  #fields(): (keyof Form)[] {
    return Object.keys(formOf({})) as (keyof Form)[];
  }

  /** Keys that the form doesn't show. */
  get others(): string[] {
    return othersOf(this.#original);
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

  /** How many characters too long it is for the offer; 0 if it fits. */
  get missingRoom(): number {
    return this.offersOptOut ? missingRoom(this, true) : 0;
  }

  /** How many characters too long it is to ask for a key; 0 if it fits. */
  get missingToAcknowledge(): number {
    return this.acknowledge ? missingRoom(this, false) : 0;
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
    if (!this.reachable || this.faults.acknowledge) return stepsOf(this, undefined);
    return stepsOf(this, {
      offersOptOut: this.offersOptOut && this.missingRoom === 0 && !this.faults.optOut,
    });
  });

  get isGood(): boolean {
    return Object.keys(this.faults).length === 0;
  }

  /** The object to save. */
  fields(): ProtocolFields {
    const { takesMessage, acknowledge } = this;
    return fieldsOf(this, { takesMessage, acknowledge, optOut: this.#optOut }, this.#original);
  }

  #asText(): string {
    return JSON.stringify([this.id, this.fields()]);
  }
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

function isWithin(text: string, most: number): boolean {
  const value = numberOf(text);
  return value === undefined || (Number.isInteger(value) && value >= 1 && value <= most);
}
