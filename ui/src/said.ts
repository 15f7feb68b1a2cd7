/** Text from the server in the reader's language, or its own English marked with `lang` if there is no translation. */

import type { Call, Explanation } from './api';
import { lasted } from './lasted';
import { texts } from './texts';

export interface Said {
  text: string;
  /** Value of the `lang` attribute, if it isn't the page's language. */
  lang: 'en' | undefined;
}

export function summaryOf(call: Call): Said {
  // The text catalogs import nothing from the page.
  const length = call.duration_s == null ? undefined : lasted(call.duration_s);
  return inWords(texts.server?.summary(call, length), call.summary);
}

/** What Twilio's explanation adds to the text shown. Compares with the server's English summary. */
export function addedTo(call: Call, { sentence, next_step }: Explanation): Said[] {
  return [sentence, next_step]
    .filter((words) => words != null && !call.summary.includes(words))
    .map((words) => foreign(words ?? ''));
}

/** Our words, or the server's where there are none. */
export function inWords(ours: string | null | undefined, servers: string): Said {
  return ours ? { text: ours, lang: undefined } : foreign(servers);
}

/** The server's own English, marked as such for readers of another language. */
export function foreign(text: string): Said {
  return { text, lang: texts.server ? 'en' : undefined };
}
