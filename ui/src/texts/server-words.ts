/** What the server says, by its stable names. English needs none of it: those are the server's own words. */

import type { Call } from '../api';
import type { components } from '../api-types';
import type { Settings, Verdict } from '../owner-api';

type Schemas = components['schemas'];
export type ProblemJson = Schemas['Problem'];
export type ProblemCode = Schemas['ProblemCode'];
export type FailureReason = Schemas['FailureReason'];
export type VerdictCode = Verdict['code'];
export type AttentionCode = Settings['attention'][number]['code'];
export type VaultTrouble = NonNullable<Settings['vault']['trouble']>;

export interface ProblemWords {
  title: string;
  /** What happened and what to do. */
  detail: string | ((problem: ProblemJson) => string);
  /** The server's own sentence holds what this one can't, such as the place of a mistake; it follows, in English. */
  andServer?: true;
}

export interface ServerWords {
  problems: (code: ProblemCode) => ProblemWords | undefined;
  /** A problem of a newer server's, before its own words. */
  otherProblem: string;
  /** Twilio's codes: what happened and what to do about it. */
  twilio: (code: number) => string | undefined;
  failures: Record<FailureReason, string>;
  /** The carrier's SIP responses, as parts of a sentence. */
  sip: (code: number) => string | undefined;
  verdicts: Record<VerdictCode, string | ((about: string, verdict: Verdict) => string)>;
  /** What a start could not do as the owner had chosen it. */
  attention: Record<AttentionCode, string>;
  vault: Record<VaultTrouble, string>;
  /** Where the call is, or how it ended; `undefined` where only the server's words tell it. */
  summary: (call: Call, lasted: string | undefined) => string | undefined;
}
