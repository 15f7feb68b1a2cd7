import { Problem } from '../problem';

export interface Toast {
  id: number;
  text: string;
  /** More text, in the server's own English. */
  server: string | undefined;
  problem: boolean;
  action: { text: string; run: () => void } | undefined;
  /** Called when it closes without its action. */
  gone: (() => void) | undefined;
}

/** How long a toast stays, in milliseconds; paused while hovered or focused. */
const STAY_MS = { plain: 5_000, action: 20_000 };

export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(text: string, action?: Toast['action'], gone?: () => void): void {
    this.#add({ id: this.#next++, text, server: undefined, problem: false, action, gone });
  }

  complain(thrown: unknown): void {
    const problem = Problem.from(thrown);
    this.#add({
      id: this.#next++,
      text: `${problem.title}. ${problem.detail}`.trim(),
      server: problem.server,
      problem: true,
      action: undefined,
      gone: undefined,
    });
  }

  act(toast: Toast): void {
    this.#drop(toast.id);
    toast.action?.run();
  }

  dismiss(toast: Toast): void {
    if (this.#drop(toast.id)) toast.gone?.();
  }

  hold(toast: Toast): void {
    clearTimeout(this.#timers.get(toast.id));
  }

  release(toast: Toast): void {
    clearTimeout(this.#timers.get(toast.id));
    const stay = toast.action || toast.problem ? STAY_MS.action : STAY_MS.plain;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.dismiss(toast), stay),
    );
  }

  /** Replaces an equal message, unless it has an action: each undo stands for itself. */
  #add(toast: Toast): void {
    const same = this.list.find(
      ({ text, server, action }) =>
        text === toast.text && server === toast.server && !action && !toast.action,
    );
    if (same) this.dismiss(same);
    this.list = [...this.list, toast];
    this.release(toast);
  }

  #drop(id: number): boolean {
    const there = this.list.some((toast) => toast.id === id);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
    return there;
  }
}
