/** The history as it is searched and paged through. */

import type { Api, Call } from '../api';
import { matches, toQuery, type CallFilter } from '../call-filter';
import { Problem } from '../problem';
import type { Calls } from './calls.svelte';
import type { People } from './people.svelte';

const PAGE = 50;
/** As many as the server gives at once. */
const MOST = 200;

/** What the calls are looked at as. */
export type CallsTab = 'history' | 'charts' | 'spending' | 'refused';

export class History {
  #ids = $state.raw<string[]>([]);
  filter = $state.raw<CallFilter>({});
  /** What is shown of the calls, also when one comes back to them. */
  tab = $state<CallsTab>('history');
  loading = $state(false);
  loaded = $state(false);
  problem = $state<Problem>();
  /** How many calls are found in all. */
  total = $state(0);
  #cursor = $state<string>();
  /** Calls that were placed since the last answer was asked for, which may not have them yet. */
  #placed: string[] = [];
  /** Answers to an older search are dropped; without any, nobody has looked yet. */
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

  /** Begins afresh with this filter. */
  async search(filter: CallFilter): Promise<void> {
    this.filter = filter;
    await this.#load(undefined, PAGE);
  }

  /** Somebody comes to this list: afresh if it is another one, and else where they left it, with what is new on top. */
  async visit(filter: CallFilter): Promise<void> {
    const same = String(toQuery(filter)) === String(toQuery(this.filter));
    if (!this.loaded || !same) await this.search(filter);
  }

  /** The same once more, where somebody looks: news may have been missed. However far they have read, that stays. */
  async again(): Promise<void> {
    if (this.#search === 0) return;
    // What was just being read on is not waited for, but read along.
    const further = this.loading && this.loaded ? PAGE : 0;
    await this.#load(undefined, Math.max(PAGE, this.#ids.length + further));
  }

  async more(): Promise<void> {
    if (this.loading || this.#cursor === undefined) return;
    await this.#load(this.#cursor, PAGE);
  }

  /** A call that was placed while the list is open belongs on top of it. */
  welcome(call: Call): void {
    if (!this.loaded || this.#ids.includes(call.id) || !this.#matches(call)) return;
    // An older one that only changed may belong on a page that isn't loaded yet.
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

  /** Reads so many, from the beginning or on from `cursor`. What is shown changes once all of them are there. */
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
