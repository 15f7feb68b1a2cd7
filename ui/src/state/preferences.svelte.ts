import { DEFAULT_PREFERENCES, type Host, type Preferences as Kept } from '../host';

/** Delay before changes are saved, in milliseconds: typing a number makes many. */
const SETTLE_MS = 400;

export class Preferences {
  now = $state.raw<Kept>(DEFAULT_PREFERENCES);
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly complain: (thrown: unknown) => void,
  ) {
    this.now = host.preferences;
    this.#dress();
  }

  set(changes: Partial<Kept>): void {
    this.now = { ...this.now, ...changes };
    this.#dress();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.flush(), SETTLE_MS);
  }

  forget(): void {
    this.set({ last_number: null, last_protocol: null });
    this.flush();
  }

  flush(): void {
    if (this.#settling === undefined) return;
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.host.keepPreferences(this.now).catch(this.complain);
  }

  #dress(): void {
    const { theme } = this.now;
    document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
  }
}
