/** Checks TwiML as it is typed and explains it in plain words. The server checks it again when it is saved. */

import { texts } from '../texts';

/** Twilio's limit for TwiML sent with a call. */
export const MAX_CHARS = 4_000;

export interface Step {
  text: string;
  kind: 'say' | 'play' | 'silence' | 'act' | 'warning';
  aside: string | undefined;
  inside: Step[];
}

export type TwimlCheck = { fault: string } | { steps: Step[] };

export function check(text: string): TwimlCheck {
  // Twilio counts code points.
  if ([...text].length > MAX_CHARS) return { fault: texts.twiml.tooLong };
  const document = new DOMParser().parseFromString(text, 'text/xml');
  const error = document.querySelector('parsererror');
  if (error || document.doctype) return { fault: texts.twiml.notXml(whereOf(error?.textContent ?? '')) };
  const root = document.documentElement;
  if (root.localName !== 'Response') return { fault: texts.twiml.notAResponse(root.localName) };
  return { steps: [...root.children].map(stepOf) };
}

/** Chromium and WebKit write "line 1 at column 9", Firefox "Line Number 1, Column 9". */
function whereOf(message: string): string {
  const found = /line(?: number)? (\d+)(?: at |, )column (\d+)/i.exec(message);
  return found?.[1] && found[2] ? texts.twiml.where(found[1], found[2]) : '';
}

function stepOf(verb: Element): Step {
  const words = (verb.textContent ?? '').replace(/\s+/g, ' ').trim();
  const value = (name: string) => verb.getAttribute(name) ?? undefined;
  const step = (kind: Step['kind'], text: string, aside?: string, inside: Step[] = []): Step => ({
    kind,
    text,
    aside,
    inside,
  });
  switch (verb.localName) {
    case 'Say': {
      const manner = [
        value('language'),
        value('voice') && texts.twiml.voice(value('voice') ?? ''),
        loops(verb),
      ];
      return step('say', texts.twiml.say(words), manner.filter(Boolean).join(', ') || undefined);
    }
    case 'Play': {
      const keys = value('digits');
      return keys && !words
        ? step('play', texts.twiml.digits(keys))
        : step('play', texts.twiml.play(fileName(words)), loops(verb));
    }
    case 'Pause':
      return step('silence', texts.twiml.pause(value('length') ?? '1'));
    case 'Gather':
      return step('act', texts.twiml.gather, undefined, [...verb.children].map(stepOf));
    case 'Record':
      return step('act', texts.twiml.record);
    case 'Dial':
      return step('act', texts.twiml.dial(words || texts.twiml.somebody));
    case 'Redirect':
      return step('act', texts.twiml.redirect(words));
    case 'Hangup':
      return step('act', texts.twiml.hangup);
    case 'Reject':
      return step('act', texts.twiml.reject);
    default:
      return OTHER_VERBS.has(verb.localName)
        ? step('act', texts.twiml.other(verb.localName))
        : step('warning', texts.twiml.unknown(verb.localName));
  }
}

/** Verbs of Twilio's voice TwiML that make no sound. */
const OTHER_VERBS = new Set([
  'Connect',
  'Start',
  'Stop',
  'Enqueue',
  'Leave',
  'Pay',
  'Prompt',
  'Refer',
  'Sms',
  'Queue',
]);

function loops(verb: Element): string | undefined {
  const loop = verb.getAttribute('loop');
  if (loop === null || loop === '1') return undefined;
  return loop === '0' ? texts.twiml.forever : texts.twiml.times(loop);
}

function fileName(address: string): string {
  try {
    const url = new URL(address);
    const last = url.pathname.split('/').filter(Boolean).at(-1);
    return last ? `${decodeURIComponent(last)} (${url.host})` : url.host;
  } catch {
    return address;
  }
}
