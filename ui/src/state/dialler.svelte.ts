/** Places calls: one click, one call. */

import type { Api, Call, OwnersWord } from '../api';
import { Problem } from '../problem';
import { texts } from '../texts';
import type { Calls } from './calls.svelte';
import type { Question } from './question.svelte';

/** The same call again within this time is the second half of a double click, in milliseconds. */
export const DOUBLE_CLICK_MS = 1_000;

interface Attempt {
  protocol: string;
  to: string;
  readAs: string;
  message: string;
  key: string;
}

export class Dialler {
  busy = $state(false);
  /** Why the latest attempt placed no call; it says something of that attempt's number alone. */
  problem = $state<Problem>();
  /** The id of the latest call, until it was brought before the eyes. */
  unseen = $state<string>();
  /** The number of the latest attempt, as it was typed. */
  #tried = $state('');
  /** An attempt that may or may not have reached the server. Trying it again must not ring a second time. */
  #unanswered: Attempt | undefined;
  /** A number as the server told that it reads it; what stands there now is that. */
  #told: string | undefined;
  #placed: { protocol: string; to: string; message: string; at: number } | undefined;

  constructor(
    private readonly api: Api,
    private readonly calls: Calls,
    /** Where the owner sits, who may say more than "ring them": absent in a browser. */
    private readonly desk?: { question: Question; nameOf: (number: string) => string },
  ) {}

  /**
   * Rings `to`; `undefined` when it was refused, or when another call is being placed at this moment. `shown` is the number
   * that whoever asks sees for it, empty if none: no other is rung. A number of the server's own is shown as it is. `message` is
   * what the protocol takes in; empty if there is none.
   */
  async dial(protocol: string, to: string, shown: string = to, message = ''): Promise<Call | undefined> {
    if (this.busy || this.#isSecondClick(protocol, to, message)) return undefined;
    this.busy = true;
    this.problem = undefined;
    this.#tried = to;
    const again = this.#unanswered;
    const same = again?.protocol === protocol && again.to === to && again.message === message;
    const readAs = to === this.#told ? to : shown;
    const attempt = same ? again : { protocol, to, readAs, message, key: newKey() };
    const horizon = this.calls.horizon;
    try {
      const call = await this.#place(attempt);
      this.#unanswered = undefined;
      this.#placed = { protocol, to, message, at: Date.now() };
      this.calls.take([call], horizon);
      this.unseen = call.id;
      return call;
    } catch (thrown) {
      const problem = Problem.from(thrown);
      this.#unanswered = problem.isUnanswered ? attempt : undefined;
      this.#told = problem.number ?? this.#told;
      this.problem = problem.isUnanswered ? Problem.unreachable(texts.problems.unreachableDial) : problem;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** Why this number was not rung, if the latest attempt was for it, however it is written now. */
  problemOf(to: string): Problem | undefined {
    return this.#tried !== '' && significant(to) === significant(this.#tried) ? this.problem : undefined;
  }

  /** What refused the latest attempt is said of this number too: it is the same one, as it is read. */
  keepProblemFor(to: string): void {
    this.#tried = to;
  }

  /** The same for who says it in a place of their own: it isn't said twice. */
  takeProblemOf(to: string): Problem | undefined {
    const problem = this.problemOf(to);
    if (problem) this.problem = undefined;
    return problem;
  }

  /** Places the call, and asks the owner where a rule leaves it to their word. No brings the refusal. */
  async #place({ protocol, to, readAs, message, key }: Attempt): Promise<Call> {
    const word: OwnersWord = {};
    const said = message ? { message } : {};
    for (;;) {
      try {
        return await this.api.placeCall(protocol, to, key, readAs, { ...said, ...word });
      } catch (thrown) {
        const problem = Problem.from(thrown);
        if (!(await this.#asked(problem, to, word))) throw problem;
      }
    }
  }

  /** Whether the owner was asked and said yes, which `word` then holds. */
  async #asked(problem: Problem, to: string, word: OwnersWord): Promise<boolean> {
    if (!this.desk) return false;
    const { question, nameOf } = this.desk;
    if (problem.code === 'consent_needed' && !word.consent) {
      word.consent = await question.ask(texts.limits.consent(nameOf(to)), texts.limits.consentYes);
      return word.consent;
    }
    const aside = word.setting_aside ?? [];
    if (!problem.canBeSetAside || aside.includes(problem.code)) return false;
    if (!(await question.ask(texts.limits.setAside(problem.detail), texts.limits.setAsideYes))) return false;
    word.setting_aside = [...aside, problem.code];
    return true;
  }

  #isSecondClick(protocol: string, to: string, message: string): boolean {
    const placed = this.#placed;
    const isSame = placed?.protocol === protocol && placed.to === to && placed.message === message;
    return isSame && Date.now() - placed.at < DOUBLE_CLICK_MS;
  }
}

/** What makes it this number; the rest is how it is set out. */
const significant = (number: string) => number.replace(/[\s()./-]/g, '');

/** 128 random bits. Browsers give `crypto.randomUUID` to pages of HTTPS alone, and a LAN has none. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
