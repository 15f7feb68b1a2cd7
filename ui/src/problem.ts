/** What went wrong, in words for people. */

import type { Answer } from './host';
import type { components } from './api-types';
import { texts } from './texts';

type ProblemJson = components['schemas']['Problem'];

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** Stable, for the program; the server's, or `unreachable`, `strange`, `signed_out`. */
    readonly code: string,
    readonly title: string,
    /** What happened and what to do about it. */
    readonly detail: string,
    readonly link: { text: string; href: string } | undefined = undefined,
    /** Whether the owner may set the rule aside that refused, for one call and at the window. */
    readonly canBeSetAside = false,
  ) {
    super(`${title}: ${detail}`);
  }

  /** Whether it is open if the request did anything. */
  get isUnanswered(): boolean {
    return this.code === 'unreachable';
  }

  static unreachable(detail: string = texts.problems.unreachableHelp): Problem {
    return new Problem('unreachable', texts.problems.unreachable, detail);
  }

  static of(answer: Answer): Problem {
    if (answer.status === 401) {
      return new Problem('signed_out', texts.problems.signedOut, texts.problems.signedOutHelp);
    }
    const json = read(answer.text);
    if (!json) return Problem.strange(answer.status);
    const link =
      json.twilio_code != null && json.more_info != null && json.more_info.startsWith('https://')
        ? { text: texts.problems.explained(json.twilio_code), href: json.more_info }
        : undefined;
    return new Problem(json.code, json.title, json.detail, link, json.can_be_set_aside);
  }

  static strange(status: number): Problem {
    return new Problem('strange', texts.problems.strange, texts.problems.strangeHelp(status));
  }

  /** Whatever was thrown, as a problem. */
  static from(thrown: unknown): Problem {
    return thrown instanceof Problem ? thrown : Problem.unreachable();
  }
}

function read(text: string): ProblemJson | undefined {
  try {
    const json = JSON.parse(text) as Partial<ProblemJson>;
    return typeof json.code === 'string' && typeof json.title === 'string' && typeof json.detail === 'string'
      ? (json as ProblemJson)
      : undefined;
  } catch {
    return undefined;
  }
}
