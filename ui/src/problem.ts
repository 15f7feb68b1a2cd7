import type { Answer } from './host';
import { texts } from './texts';
import type { ProblemJson } from './texts/server-words';

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** The server's, or `unreachable`, `strange`, `signed_out`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly link: { text: string; href: string } | undefined = undefined,
    /** The server's own English text, for readers of another language. */
    readonly server: string | undefined = undefined,
    /** Whether the owner may set the refusing rule aside in the desktop window, for one call. */
    readonly canBeSetAside = false,
    /** The number as the server reads it, if that is what is wrong. */
    readonly number: string | undefined = undefined,
  ) {
    super(`${title}: ${detail}`);
  }

  /** Whether the request may or may not have taken effect. */
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
    return json ? Problem.told(json) : Problem.strange(answer.status);
  }

  /** A problem reported by the server outside an error response. */
  static told(json: ProblemJson): Problem {
    const link =
      json.twilio_code != null && json.more_info != null && json.more_info.startsWith('https://')
        ? { text: texts.problems.explained(json.twilio_code), href: json.more_info }
        : undefined;
    const aside = json.can_be_set_aside;
    const number = json.number ?? undefined;
    if (!texts.server) return new Problem(json.code, json.title, json.detail, link, undefined, aside, number);
    // A newer server may send problems that this page has no text for.
    const words = texts.server.problems(json.code);
    if (!words) {
      const server = `${json.title}. ${json.detail}`;
      return new Problem(json.code, texts.server.otherProblem, '', link, server, aside, number);
    }
    const detail = typeof words.detail === 'string' ? words.detail : words.detail(json);
    return new Problem(json.code, words.title, detail, link, words.andServer && json.detail, aside, number);
  }

  static strange(status: number): Problem {
    return new Problem('strange', texts.problems.strange, texts.problems.strangeHelp(status));
  }

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
