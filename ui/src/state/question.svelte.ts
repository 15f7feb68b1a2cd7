/** A question before something that can't be undone. The browser's own `confirm` won't do: in the desktop's window a
 * plugin puts a promise in its place, which is as good as a yes. */

export class Question {
  asked = $state.raw<{ text: string; yes: string; no: string | undefined; leaves: boolean }>();
  #answer: ((yes: boolean) => void) | undefined;

  /** Whether the person says yes. A question that still stands is answered with no. With `leaves`, the place was left
   * already, and the history is on its way back to it. */
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
