/** What the person called hears of a protocol that is being edited: what plays, and the prompts for keys after it. */

import { fill } from '../say-text';
import { texts } from '../texts';
import type { Form } from './form';
import {
  promptsBy,
  roomLeft,
  say,
  speakerIn,
  speakerLike,
  speakerOf,
  type Acknowledge,
  type Prompt,
} from './keys';
import { hostOf } from './plays';
import { check, type Step } from './twiml';

export interface Heard extends Form {
  readonly takesMessage: boolean;
  readonly acknowledge: Acknowledge | undefined;
}

/** How many characters too long it is to be followed by its prompts; 0 if it fits. */
export function missingRoom(protocol: Heard, offersOptOut: boolean): number {
  const { kind, twiml, voice, language, repeat } = protocol;
  if (kind === 'sound') return 0;
  const played =
    kind === 'say' ? say(said(protocol, '', ''), voice.trim(), language.trim(), Number(repeat)) : twiml;
  // The owner's TwiML has its own `<Response>`.
  const frame = kind === 'twiml' ? '<Response></Response>'.length : 0;
  const room = roomLeft(promptsOf(protocol, offersOptOut), protocol.acknowledge !== undefined, played);
  return Math.max(0, -room - frame);
}

/** The text, with these if there is no message or name. */
function said({ text, message, takesMessage }: Heard, otherwise: string, name: string): string {
  return fill(text.trim(), (takesMessage && message.trim()) || otherwise, name);
}

function promptsOf(protocol: Heard, offersOptOut: boolean): Prompt[] {
  const { kind, twiml, optOutLanguage, acknowledge } = protocol;
  const spoken = kind === 'sound' ? { voice: '', language: '' } : protocol;
  const { voice, language } = kind === 'twiml' ? speakerOf(twiml) : spoken;
  const message = { voice: voice.trim(), language: language.trim() };
  const speaker = optOutLanguage ? speakerIn(optOutLanguage) : speakerLike(message.voice, message.language);
  const own = message.voice || message.language ? message : speaker;
  return promptsBy(speaker, own, offersOptOut, acknowledge);
}

/** What happens once the call is answered, step by step; empty while what plays is invalid. `keys` says whether 9 is
 * offered; undefined if no key can be asked for. */
export function stepsOf(protocol: Heard, keys: { offersOptOut: boolean } | undefined): Step[] {
  const played = playsOf(protocol);
  if (played.length === 0) return [];
  const digits = protocol.digits.trim();
  const pressed = digits ? [step('play', texts.twiml.digits(digits))] : [];
  return [...pressed, ...(keys ? withPrompts(protocol, played, keys.offersOptOut) : played)];
}

function withPrompts(protocol: Heard, played: Step[], offersOptOut: boolean): Step[] {
  const { kind, acknowledge } = protocol;
  const t = texts.editor;
  const when = [acknowledge && t.acknowledgeWhen(acknowledge.key), offersOptOut && t.optOutWhen];
  const aside = when.filter(Boolean).join('; ');
  const prompts = promptsOf(protocol, offersOptOut).map(({ text }) =>
    step('say', texts.twiml.say(text), aside),
  );
  const end = kind === 'twiml' ? played.findIndex(({ kind }) => kind === 'act') : -1;
  return end < 0 ? [...played, ...prompts] : [...played.slice(0, end), ...prompts, ...played.slice(end)];
}

function playsOf(protocol: Heard): Step[] {
  const { kind, callback, twiml, sound, text, voice, language, repeat } = protocol;
  switch (kind) {
    case 'callback':
      return callback.trim() ? [step('act', texts.plays.fetched(hostOf(callback.trim())))] : [];
    case 'twiml': {
      const checked = check(twiml);
      return 'steps' in checked ? checked.steps : [];
    }
    case 'sound':
      return sound ? [step('play', texts.plays.sound)] : [];
    case 'say': {
      const t = texts.editor;
      const manner = [
        language.trim(),
        voice.trim() && texts.twiml.voice(voice.trim()),
        repeat !== '1' && t.times(Number(repeat)),
      ];
      const aside = manner.filter(Boolean).join(', ') || undefined;
      const words = said(protocol, t.ofTheCall, t.ofThePerson);
      return text.trim() ? [step('say', texts.twiml.say(words), aside)] : [];
    }
  }
}

function step(kind: Step['kind'], text: string, aside?: string): Step {
  return { kind, text, aside, inside: [] };
}
