import type { ProtocolFields } from '../api';
import { texts } from '../texts';
import { check, type Step } from './twiml';

export function playsLine(protocol: ProtocolFields): string {
  if (protocol.say) return texts.plays.say(protocol.say.text);
  if (protocol.sound) return texts.plays.sound;
  if (protocol.callback) return texts.plays.callback(hostOf(protocol.callback));
  if (!protocol.twiml) return texts.plays.nothing;
  const checked = check(protocol.twiml);
  if ('fault' in checked) return texts.plays.twiml;
  return line(checked.steps) || texts.plays.twiml;
}

function line(steps: Step[]): string {
  return steps
    .filter((step) => step.kind !== 'silence')
    .map((step) => step.text)
    .join(' ');
}

export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/** Its group, or '' if it has none. */
export const groupOf = ({ group }: Pick<ProtocolFields, 'group'>): string => group?.trim() ?? '';
