import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Api, Call, CallEvent, News, Source } from '../api';
import { whole } from '../phone-shown.svelte';
import { Problem } from '../problem';

export interface Telling {
  event: number;
  source: Source;
  /** Callbacks were expected but none came. */
  silent: boolean;
}

/** Calls loaded at the start and after a gap. */
const RECENT = 50;
const ENDED_TICKETS = 2;

export class Calls {
  readonly #calls = new SvelteMap<string, Call>();
  readonly tellings = new SvelteMap<string, Telling>();
  readonly #watched = new SvelteSet<string>();
  /** Calls whose hang-up was requested here and isn't answered yet. */
  readonly hangingUp = new SvelteMap<string, true>();
  loaded = $state(false);
  problem = $state<Problem>();
  /** Newest first: the ids are UUIDs of version 7, which sort by request time. */
  readonly all: Call[] = $derived([...this.#calls.values()].sort((a, b) => (a.id < b.id ? 1 : -1)));
  readonly open: Call[] = $derived(this.all.filter((call) => !call.ended));
  readonly ended: Call[] = $derived(this.all.filter((call) => call.ended));
  /** All open calls, and the last ones that ended while the page watched. */
  readonly tickets: Call[] = $derived([
    ...this.open,
    ...this.ended.filter((call) => this.#watched.has(call.id)).slice(0, ENDED_TICKETS),
  ]);
  /** Calls queued for Twilio, next one first. */
  readonly waiting: Call[] = $derived(this.open.filter((call) => call.status === 'requested').reverse());
  readonly recentNumbers: string[] = $derived(
    [...new Set(this.all.map(({ to, extension }) => whole(to, extension)))].slice(0, 8),
  );
  /** Increases when something changes that isn't sent with a call: a note, or deleted calls. */
  revision = $state(0);
  #newest = 0;
  readonly #listeners = new Set<(call: Call, event: CallEvent) => void>();

  constructor(private readonly api: Api) {}

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** Calls `listener` for each event after it was applied, never twice for the same. */
  onNews(listener: (call: Call, event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  outdated(): void {
    this.revision += 1;
  }

  /** Applies an event. Repeated and older ones change nothing. */
  fold({ event, call }: News): void {
    const known = this.tellings.get(call.id);
    if (known && event.id <= known.event) return;
    const silent = event.kind === 'silence' || (known?.silent === true && event.source !== 'callback');
    this.tellings.set(call.id, { event: event.id, source: event.source, silent: silent && !call.ended });
    this.#put(call);
    this.#newest = Math.max(this.#newest, event.id);
    for (const listener of this.#listeners) listener(call, event);
  }

  /** Adds calls that were read when `horizon` was the newest event; later events win. */
  take(calls: Call[], horizon: number): void {
    for (const call of calls) {
      const told = this.tellings.get(call.id);
      const known = this.#calls.get(call.id);
      if (known && told && told.event > horizon) continue;
      // Ended calls stay ended: a slow answer can't undo that.
      if (known?.ended && !call.ended) continue;
      this.#put(call);
    }
  }

  #put(call: Call): void {
    this.#calls.set(call.id, call);
    if (!call.ended) this.#watched.add(call.id);
  }

  get horizon(): number {
    return this.#newest;
  }

  async refresh(): Promise<void> {
    const horizon = this.#newest;
    // Open calls may be older than the newest page, so each is loaded separately.
    const wasOpen = this.open.map((call) => call.id);
    try {
      const { items } = await this.api.calls({}, RECENT);
      this.take(items, horizon);
      const seen = new Set(items.map((call) => call.id));
      const missing = wasOpen.filter((id) => !seen.has(id));
      this.take(await Promise.all(missing.map((id) => this.api.call(id))), horizon);
      this.problem = undefined;
      this.loaded = true;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  async hangUp(id: string): Promise<void> {
    if (this.hangingUp.has(id)) return;
    this.hangingUp.set(id, true);
    const horizon = this.#newest;
    try {
      this.take([await this.api.hangUp(id)], horizon);
    } catch (thrown) {
      const problem = Problem.from(thrown);
      // It ended in the meantime, which is what was wanted.
      if (problem.code !== 'call_over') throw problem;
      this.take([await this.api.call(id)], horizon);
    } finally {
      this.hangingUp.delete(id);
    }
  }
}
