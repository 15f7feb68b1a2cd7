/** Places calls: one click, one call. */

import type { Api, Call, OwnersWord } from '../api';
import { Problem } from '../problem';
import { texts } from '../texts';
import type { Calls } from './calls.svelte';
import type { Question } from './question.svelte';

/** The same call within this time is the second half of a double click, in milliseconds. */
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
  /** Why the latest attempt was refused; only for that attempt's number. */
  problem = $state<Problem>();
  /** Id of the latest call, until the page has scrolled to it. */
  unseen = $state<string>();
  #tried = $state('');
  /** An attempt that may have reached the server. A retry must not ring a second time. */
  #unanswered: Attempt | undefined;
  #told: string | undefined;
  #placed: { protocol: string; to: string; message: string; at: number } | undefined;

  constructor(
    private readonly api: Api,
    private readonly calls: Calls,
    /** For the owner, who may confirm more; undefined in a browser. */
    private readonly desk?: { question: Question; nameOf: (number: string) => string },
  ) {}

  /** Calls `to`. Returns `undefined` if it was refused, or if another call is being placed right now. `shown` is the
   * number that the person sees for it, empty if there is none; the server calls no other. `message` is empty if
   * there is none. */
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

  /** Why this number wasn't called, if the latest attempt was to it, however it is written now. */
  problemOf(to: string): Problem | undefined {
    return this.#tried !== '' && significant(to) === significant(this.#tried) ? this.problem : undefined;
  }

  /** Applies the latest refusal to this text as well: it is the same number, as the server reads it. */
  keepProblemFor(to: string): void {
    this.#tried = to;
  }

  takeProblemOf(to: string): Problem | undefined {
    const problem = this.problemOf(to);
    if (problem) this.problem = undefined;
    return problem;
  }

  /** Places the call, and asks the owner if a rule allows that. If they say no, it throws the refusal. */
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

  /** Whether the owner was asked and said yes; `word` then says so. */
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

const significant = (number: string) => number.replace(/[\s()./-]/g, '');

/** 128 random bits. Browsers offer `crypto.randomUUID` only over HTTPS, which a LAN may not have. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
