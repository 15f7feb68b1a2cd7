/** The history as it is searched and paged through. */

import type { Api, Call, CallFilter } from '../api';
import { Problem } from '../problem';
import type { Calls } from './calls.svelte';

const PAGE = 30;

export class History {
  #ids = $state.raw<string[]>([]);
  filter = $state.raw<CallFilter>({});
  loading = $state(false);
  loaded = $state(false);
  problem = $state<Problem>();
  #cursor = $state<string>();
  /** Answers to an older search are dropped. */
  #search = 0;

  constructor(
    private readonly api: Api,
    private readonly calls: Calls,
  ) {}

  readonly items: Call[] = $derived.by(() =>
    this.#ids.map((id) => this.calls.get(id)).filter((call) => call !== undefined),
  );

  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  get isFiltered(): boolean {
    return Boolean(this.filter.q) || Boolean(this.filter.status);
  }

  /** Begins afresh with this filter. */
  async search(filter: CallFilter): Promise<void> {
    this.filter = filter;
    await this.#load(undefined);
  }

  async more(): Promise<void> {
    if (this.loading || this.#cursor === undefined) return;
    await this.#load(this.#cursor);
  }

  /** A call that was placed while the list is open belongs on top of it. */
  welcome(call: Call): void {
    if (!this.loaded || this.#ids.includes(call.id) || !this.#matches(call)) return;
    // An older one that only changed may belong on a page that isn't loaded yet.
    const first = this.#ids[0];
    if (first === undefined || call.id > first) this.#ids = [call.id, ...this.#ids];
  }

  #matches(call: Call): boolean {
    const { q, status } = this.filter;
    if (status && call.status !== status) return false;
    return (
      !q || [call.to, call.from, call.protocol].some((text) => text.toLowerCase().includes(q.toLowerCase()))
    );
  }

  async #load(cursor: string | undefined): Promise<void> {
    const search = ++this.#search;
    this.loading = true;
    this.problem = undefined;
    const horizon = this.calls.horizon;
    try {
      const page = await this.api.calls(this.filter, PAGE, cursor);
      if (search !== this.#search) return;
      this.calls.take(page.items, horizon);
      const ids = page.items.map((call) => call.id);
      this.#ids = cursor === undefined ? ids : [...this.#ids, ...ids];
      this.#cursor = page.next_cursor ?? undefined;
      this.loaded = true;
    } catch (thrown) {
      if (search === this.#search) this.problem = Problem.from(thrown);
    } finally {
      if (search === this.#search) this.loading = false;
    }
  }
}
