/** The keys that a call asks for. Their words, and the room that they need, are the server's (`keys.json`, written by a test
 * of the core). */

import type { ProtocolFields } from '../api';
import words from './keys.json';

/** A sentence about keys, and how it is spoken. */
export interface Prompt {
  text: string;
  voice: string;
  language: string;
}

/** Who speaks these sentences: the language of their words, and the voice and language for Twilio. */
interface Speaker {
  words: string;
  voice: string;
  language: string;
}

/** What the person is asked to confirm with. */
export interface Acknowledge {
  key: string;
  prompt: string;
  required: boolean;
}

/** The keys that can confirm; 9 opts out. */
export const ACKNOWLEDGE_KEYS = [...'123456780'];
export const MAX_PROMPT_CHARS = 300;

const MAX_CHARS = 4_000;
type InEach = Readonly<Record<string, string | undefined>>;
const ACKNOWLEDGE: InEach = words.acknowledge;
const BOTH: InEach = words.both;
const OFFERS: InEach = words.offers;
const VOICES: InEach = words.voices;
export const OFFER_LANGUAGES = Object.keys(OFFERS);

/** After a message in this voice and language, each of which may be empty. */
export function speakerLike(voice: string, language: string): Speaker {
  if (!language) return { words: spokenBy(voice), voice, language };
  return primary(language) in OFFERS
    ? { words: primary(language), voice, language }
    : { words: 'en', voice: '', language: 'en-US' };
}

/** In a language of their own. */
export function speakerIn(language: string): Speaker {
  return { words: primary(language), voice: '', language };
}

/** What is said about the keys: both in one sentence, unless the owner wrote a prompt, which is spoken like `message`. */
export function promptsBy(
  speaker: Speaker,
  message: { voice: string; language: string },
  offersOptOut: boolean,
  acknowledge: Acknowledge | undefined,
): Prompt[] {
  const { voice, language } = speaker;
  const said = (texts: InEach): Prompt => {
    const text = texts[speaker.words] ?? texts.en ?? '';
    return { text: text.replace('{digit}', acknowledge?.key ?? ''), voice, language };
  };
  if (!acknowledge) return offersOptOut ? [said(OFFERS)] : [];
  if (!acknowledge.prompt) return [said(offersOptOut ? BOTH : ACKNOWLEDGE)];
  const own = { text: acknowledge.prompt, voice: message.voice, language: message.language };
  return offersOptOut ? [own, said(OFFERS)] : [own];
}

/** How many of Twilio's characters are left after the prompts and `played`, the TwiML before them; negative if there are too
 * few. The prompts are said twice if the person is asked to confirm. */
export function roomLeft(prompts: Prompt[], confirms: boolean, played: string): number {
  const spoken = prompts.map((prompt) => say(prompt.text, prompt.voice, prompt.language)).join('');
  const needed = [...spoken].length * (confirms ? 2 : 1);
  return MAX_CHARS - (confirms ? words.acknowledge_frame : words.frame) - needed - [...played].length;
}

/** What a protocol of the file asks for. */
export function acknowledgeOf(field: ProtocolFields['acknowledge']): Acknowledge | undefined {
  if (field == null || field === false) return undefined;
  const { digit, prompt, required } = field === true ? {} : field;
  return { key: digit ?? '1', prompt: prompt ?? '', required: required ?? true };
}

/** For the file, without defaults. */
export function acknowledgeField({ key, prompt, required }: Acknowledge): true | object {
  const options = {
    ...(key !== '1' && { digit: key }),
    ...(prompt && { prompt }),
    ...(!required && { required }),
  };
  return Object.keys(options).length > 0 ? options : true;
}

/** As a `<Say>` verb. */
export function say(text: string, voice: string, language: string, times = 1): string {
  const attribute = (name: string, value: string) => (value ? ` ${name}="${escape(value)}"` : '');
  return `<Say${attribute('voice', voice)}${attribute('language', language)}${times > 1 ? ` loop="${times}"` : ''}>${escape(text)}</Say>`;
}

/** Whether the owner's TwiML can ask for keys: it has only verbs that are heard, and perhaps hangs up after them. */
export function hasPlace(twiml: string): boolean {
  const verbs = [...new DOMParser().parseFromString(twiml, 'text/xml').documentElement.children];
  const first = verbs.findIndex((verb) => !['Say', 'Play', 'Pause'].includes(verb.localName));
  const heard = first < 0 ? verbs : verbs.slice(0, first);
  const rest = verbs.slice(heard.length);
  const endless = heard.some((verb) => verb.getAttribute('loop') === '0');
  return heard.length > 0 && !endless && rest.every((verb) => verb.localName === 'Hangup');
}

/** Voice and language of the first `<Say>`. */
export function speakerOf(twiml: string): { voice: string; language: string } {
  const document = new DOMParser().parseFromString(twiml, 'text/xml');
  const first = [...document.documentElement.children].find((verb) => verb.localName === 'Say');
  const told = (name: string) => first?.getAttribute(name) ?? '';
  return { voice: told('voice'), language: told('language') };
}

function primary(tag: string): string {
  const subtag = (tag.trim().split(/[-_]/)[0] ?? '').toLowerCase();
  return subtag === 'no' ? 'nb' : subtag;
}

function spokenBy(voice: string): string {
  const [maker = '', name = ''] = voice.trim().split(/\.(.*)/s);
  if (maker.toLowerCase() === 'google') return primary(name);
  return VOICES[name.split('-')[0] ?? ''] ?? '';
}

const escape = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );
