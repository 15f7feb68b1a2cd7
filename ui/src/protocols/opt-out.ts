/** The offer to press 9. Its texts and their lengths come from the server (`opt-out.json`, written by a test of the
 * core). */

import words from './opt-out.json';

export interface Offer {
  text: string;
  voice: string;
  language: string;
}

const MAX_CHARS = 4_000;
const OFFERS: Readonly<Record<string, string | undefined>> = words.offers;
const VOICES: Readonly<Record<string, string | undefined>> = words.voices;
export const OFFER_LANGUAGES = Object.keys(OFFERS);

/** The offer after a text with this voice and language, each of which may be empty. */
export function offerLike(voice: string, language: string): Offer {
  if (language) {
    const text = OFFERS[primary(language)];
    return text === undefined
      ? { text: words.offers.en, voice: '', language: 'en-US' }
      : { text, voice, language };
  }
  return { text: OFFERS[spokenBy(voice)] ?? words.offers.en, voice, language };
}

export function offerIn(language: string): Offer {
  return { text: OFFERS[primary(language)] ?? words.offers.en, voice: '', language };
}

/** How many characters are left after `played` (TwiML) and the offer; negative if it is too long. */
export function roomBeside(offer: Offer, played: string): number {
  const needed = say(offer.text, offer.voice, offer.language);
  return MAX_CHARS - words.frame - [...needed].length - [...played].length;
}

/** As a `<Say>` verb. */
export function say(text: string, voice: string, language: string, times = 1): string {
  const attribute = (name: string, value: string) => (value ? ` ${name}="${escape(value)}"` : '');
  return `<Say${attribute('voice', voice)}${attribute('language', language)}${times > 1 ? ` loop="${times}"` : ''}>${escape(text)}</Say>`;
}

/** Whether TwiML of one's own can include the offer: it only has verbs that are heard, and perhaps ends there. */
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
