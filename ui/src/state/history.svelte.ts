import type { Api, Call } from '../api';
import { matches, toQuery, type CallFilter } from '../call-filter';
import { Problem } from '../problem';
import type { Calls } from './calls.svelte';
import type { People } from './people.svelte';

const PAGE = 50;
/** The server's largest page. */
const MOST = 200;

export type CallsTab = 'history' | 'charts' | 'spending' | 'refused';

export class History {
  #ids = $state.raw<string[]>([]);
  filter = $state.raw<CallFilter>({});
  tab = $state<CallsTab>('history');
  loading = $state(false);
  loaded = $state(false);
  problem = $state<Problem>();
  total = $state(0);
  #cursor = $state<string>();
  /** Calls placed since the running request was sent, whose answer may lack them. */
  #placed: string[] = [];
  /** Numbers the searches: answers to older ones are dropped. 0 before the first. */
  #search = 0;

  constructor(
    private readonly api: Api,
    private readonly calls: Calls,
    private readonly people: People,
  ) {}

  readonly items: Call[] = $derived.by(() =>
    this.#ids.map((id) => this.calls.get(id)).filter((call) => call !== undefined),
  );

  get hasMore(): boolean {
    return this.#cursor !== undefined;
  }

  get isFiltered(): boolean {
    return toQuery(this.filter).size > 0;
  }

  async search(filter: CallFilter): Promise<void> {
    this.filter = filter;
    await this.#load(undefined, PAGE);
  }

  /** Opening the list: searches if the filter changed; otherwise it stays as it was left, plus new calls. */
  async visit(filter: CallFilter): Promise<void> {
    const same = String(toQuery(filter)) === String(toQuery(this.filter));
    if (!this.loaded || !same) await this.search(filter);
  }

  /** Reloads a list that was opened, since events may have been missed. Keeps as many pages as were loaded. */
  async again(): Promise<void> {
    if (this.#search === 0) return;
    // Includes the page that is being loaded instead of waiting for it.
    const further = this.loading && this.loaded ? PAGE : 0;
    await this.#load(undefined, Math.max(PAGE, this.#ids.length + further));
  }

  async more(): Promise<void> {
    if (this.loading || this.#cursor === undefined) return;
    await this.#load(this.#cursor, PAGE);
  }

  welcome(call: Call): void {
    if (!this.loaded || this.#ids.includes(call.id) || !this.#matches(call)) return;
    // An older call that only changed may belong on a page that isn't loaded yet.
    const first = this.#ids[0];
    if (first !== undefined && call.id < first) return;
    this.#ids = [call.id, ...this.#ids];
    this.#placed = [call.id, ...this.#placed];
    this.total += 1;
  }

  #matches(call: Call): boolean {
    const person = this.filter.person ? this.people.get(this.filter.person) : undefined;
    const numbers = person?.numbers.map(({ number }) => number);
    return matches(call, this.filter, numbers, this.people.nameOf(call.to));
  }

  /** Loads `wanted` calls from the start or from `cursor`. The list changes once all have arrived. */
  async #load(cursor: string | undefined, wanted: number): Promise<void> {
    const search = ++this.#search;
    this.loading = true;
    this.problem = undefined;
    this.#placed = [];
    const ids: string[] = [];
    let [next, total] = [cursor, this.total];
    try {
      do {
        const horizon = this.calls.horizon;
        const page = await this.api.calls(this.filter, Math.min(wanted - ids.length, MOST), next);
        if (search !== this.#search) return;
        this.calls.take(page.items, horizon);
        ids.push(...page.items.map((call) => call.id));
        next = page.next_cursor ?? undefined;
        total = page.total ?? total;
      } while (next !== undefined && ids.length < wanted);
      const placed = this.#placed.filter((id) => !ids.includes(id));
      this.#ids = [...(cursor === undefined ? placed : this.#ids), ...ids];
      this.#cursor = next;
      this.total = total + (cursor === undefined ? placed.length : 0);
      this.loaded = true;
    } catch (thrown) {
      if (search === this.#search) this.problem = Problem.from(thrown);
    } finally {
      if (search === this.#search) this.loading = false;
    }
  }
}
