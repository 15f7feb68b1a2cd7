/**
 * What the server's problems, Twilio's codes and the carrier's SIP responses mean, in German. They are many, so they are
 * fetched after the page; until they are there, and where they can't be fetched, the server's own words stand.
 */

import type { ProblemCode, ProblemWords } from '../server-words';

type Later = typeof import('./problems-by-code') & typeof import('./sip') & typeof import('./twilio');

let words: Later | undefined = $state.raw();

/** Settles once they are there, or can't be fetched. */
export const fetched = Promise.all([import('./problems-by-code'), import('./sip'), import('./twilio')]).then(
  ([problems, sip, twilio]) => {
    words = { ...problems, ...sip, ...twilio };
  },
  () => undefined,
);

/** A problem of the server's. */
export const problemWords = (code: ProblemCode): ProblemWords | undefined => words?.problemsByCode[code];

/** What happened by a code of Twilio's, and what to do about it. */
export const twilioWords = (code: number): string | undefined => words?.twilio[code];

/** What a SIP response means, as part of a sentence. */
export const sipWords = (code: number): string | undefined => words?.sip(code);
