/** The server's texts, by their stable names. English doesn't need them, since the server's own texts are English. */

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
  detail: string | ((problem: ProblemJson) => string);
  /** Append the server's own sentence, in English: it has details such as the place of a mistake. */
  andServer?: true;
}

export interface ServerWords {
  problems: (code: ProblemCode) => ProblemWords | undefined;
  /** Precedes the server's text for a problem unknown here. */
  otherProblem: string;
  twilio: (code: number) => string | undefined;
  failures: Record<FailureReason, string>;
  /** The carrier's SIP responses, as part of a sentence. */
  sip: (code: number) => string | undefined;
  /** A call's state or how it ended; `undefined` if only the server's text says it. */
  summary: (call: Call, lasted: string | undefined) => string | undefined;
}

/** What only Settings shows. */
export interface SettingsServerWords {
  verdicts: Record<VerdictCode, string | ((about: string, verdict: Verdict) => string)>;
  /** Startup warnings. */
  attention: Record<AttentionCode, string>;
  vault: Record<VaultTrouble, string>;
}
