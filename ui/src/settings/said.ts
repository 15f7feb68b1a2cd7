/** What the server says to Settings, in the reader's language, or in its own English. */

import type { Settings, Verdict } from '../owner-api';
import { inWords, type Said } from '../said';
import { serverTexts } from '../texts/settings';

export function verdictOf(verdict: Verdict): Said {
  // A newer server may send codes unknown here.
  const words = serverTexts?.verdicts[verdict.code] as
    string | ((about: string, verdict: Verdict) => string) | undefined;
  const ours = typeof words === 'function' ? words(verdict.about ?? '', verdict) : words;
  return inWords(ours, `${verdict.sentence} ${verdict.next_step ?? ''}`.trim());
}

export function vaultTroubleOf({ trouble, problem, help }: Settings['vault']): Said {
  return inWords(trouble && serverTexts?.vault[trouble], `${problem ?? ''} ${help ?? ''}`.trim());
}
