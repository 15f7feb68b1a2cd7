/** The server's problems, Twilio's error codes and SIP responses in German. They are long, so they are loaded after
 * the page; until then, or if they can't be loaded, the server's English texts are shown. */

import type { ProblemCode, ProblemWords } from '../server-words';

type Later = typeof import('./problems-by-code') & typeof import('./sip') & typeof import('./twilio');

let words: Later | undefined = $state.raw();

/** Settles once they are loaded, or can't be. */
export const fetched = Promise.all([import('./problems-by-code'), import('./sip'), import('./twilio')]).then(
  ([problems, sip, twilio]) => {
    words = { ...problems, ...sip, ...twilio };
  },
  () => undefined,
);

export const problemWords = (code: ProblemCode): ProblemWords | undefined => words?.problemsByCode[code];

export const twilioWords = (code: number): string | undefined => words?.twilio[code];

/** As part of a sentence. */
export const sipWords = (code: number): string | undefined => words?.sip(code);
