/** The browser's `confirm` won't do: in the desktop window a plugin makes it return a promise, which is truthy. */

export class Question {
  asked = $state.raw<{ text: string; yes: string; no: string | undefined; leaves: boolean }>();
  #answer: ((yes: boolean) => void) | undefined;

  /** Answers an open question with no. `leaves`: the place was already left; the history is going back to it. */
  ask(text: string, yes: string, no?: string, leaves = false): Promise<boolean> {
    this.answer(false);
    this.asked = { text, yes, no, leaves };
    return new Promise((answer) => (this.#answer = answer));
  }

  answer(yes: boolean): void {
    this.#answer?.(yes);
    this.#answer = undefined;
    this.asked = undefined;
  }
}
