/** What the server says, in the language of the reader; in its own English words, and marked as such, where there are no
 * others. */

import type { Call, Explanation } from './api';
import type { Settings, Verdict } from './owner-api';
import { lasted } from './lasted';
import { texts } from './texts';

export interface Said {
  text: string;
  /** The language of the text where it isn't the page's: the value of an attribute `lang`. */
  lang: 'en' | undefined;
}

/** Where the call is, or how it ended. */
export function summaryOf(call: Call): Said {
  // A catalogue of texts imports nothing of the page.
  const length = call.duration_s == null ? undefined : lasted(call.duration_s);
  return inWords(texts.server?.summary(call, length), call.summary);
}

/** What Twilio's explanation adds to what the page already says of the call. The server's summary tells what it knew by
 * then, in whatever language it is shown. */
export function addedTo(call: Call, { sentence, next_step }: Explanation): Said[] {
  return [sentence, next_step]
    .filter((words) => words != null && !call.summary.includes(words))
    .map((words) => foreign(words ?? ''));
}

export function verdictOf(verdict: Verdict): Said {
  // A newer server may know others.
  const words = texts.server?.verdicts[verdict.code] as
    string | ((about: string, verdict: Verdict) => string) | undefined;
  const ours = typeof words === 'function' ? words(verdict.about ?? '', verdict) : words;
  return inWords(ours, `${verdict.sentence} ${verdict.next_step ?? ''}`.trim());
}

/** Why the keyring can't be used, and what to do. */
export function vaultTroubleOf({ trouble, problem, help }: Settings['vault']): Said {
  return inWords(trouble && texts.server?.vault[trouble], `${problem ?? ''} ${help ?? ''}`.trim());
}

function inWords(ours: string | null | undefined, servers: string): Said {
  return ours ? { text: ours, lang: undefined } : foreign(servers);
}

/** The server's own words, as what they are to this reader. */
export function foreign(text: string): Said {
  return { text, lang: texts.server ? 'en' : undefined };
}
