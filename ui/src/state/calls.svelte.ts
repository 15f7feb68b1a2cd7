/** Every call that this page has heard of, as the newest news has it. */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Api, Call, CallEvent, News, Source } from '../api';
import { whole } from '../phone-shown.svelte';
import { Problem } from '../problem';

/** What news told beside the call itself. */
export interface Telling {
  /** Id of the newest event that was folded in. */
  event: number;
  source: Source;
  /** Callbacks were expected and none came. */
  silent: boolean;
}

/** How many calls are fetched to begin with, and after a gap. */
const RECENT = 50;
const ENDED_TICKETS = 2;

export class Calls {
  readonly #calls = new SvelteMap<string, Call>();
  readonly tellings = new SvelteMap<string, Telling>();
  /** Calls that were open while this page was. */
  readonly #watched = new SvelteSet<string>();
  /** Calls whose hang-up was asked for from here and isn't answered yet. */
  readonly hangingUp = new SvelteMap<string, true>();
  loaded = $state(false);
  problem = $state<Problem>();
  /** Newest first: the ids are UUIDs of version 7, which sort by the time of the request. */
  readonly all: Call[] = $derived([...this.#calls.values()].sort((a, b) => (a.id < b.id ? 1 : -1)));
  readonly open: Call[] = $derived(this.all.filter((call) => !call.ended));
  readonly ended: Call[] = $derived(this.all.filter((call) => call.ended));
  /** Those to keep an eye on: all that are open, and the last that ended before one's eyes. */
  readonly tickets: Call[] = $derived([
    ...this.open,
    ...this.ended.filter((call) => this.#watched.has(call.id)).slice(0, ENDED_TICKETS),
  ]);
  /** Calls that wait for their turn at Twilio, the next one first. */
  readonly waiting: Call[] = $derived(this.open.filter((call) => call.status === 'requested').reverse());
  /** Numbers lately rung, each with its extension, newest first. */
  readonly recentNumbers: string[] = $derived(
    [...new Set(this.all.map(({ to, extension }) => whole(to, extension)))].slice(0, 8),
  );
  /** Rises when something of the calls changed that isn't told with a call: a note, or calls that were deleted. */
  revision = $state(0);
  #newest = 0;
  readonly #listeners = new Set<(call: Call, event: CallEvent) => void>();

  constructor(private readonly api: Api) {}

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** Calls `listener` with each piece of news once it is folded in, and never twice with the same. */
  onNews(listener: (call: Call, event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  outdated(): void {
    this.revision += 1;
  }

  /** Takes a piece of news. What is repeated or older than what is known changes nothing. */
  fold({ event, call }: News): void {
    const known = this.tellings.get(call.id);
    if (known && event.id <= known.event) return;
    const silent = event.kind === 'silence' || (known?.silent === true && event.source !== 'callback');
    this.tellings.set(call.id, { event: event.id, source: event.source, silent: silent && !call.ended });
    this.#put(call);
    this.#newest = Math.max(this.#newest, event.id);
    for (const listener of this.#listeners) listener(call, event);
  }

  /** Takes calls that were read at a time when `horizon` was the newest event; news since then is newer. */
  take(calls: Call[], horizon: number): void {
    for (const call of calls) {
      const told = this.tellings.get(call.id);
      const known = this.#calls.get(call.id);
      if (known && told && told.event > horizon) continue;
      // An ending is final, so an answer that was under way for long can't undo it.
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

  /** Reads the newest calls afresh: at the start, after a gap, and when the server says so. */
  async refresh(): Promise<void> {
    const horizon = this.#newest;
    // Those that were open may be further back than the newest page; each is asked for by itself.
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
      // It ended meanwhile: what was wanted.
      if (problem.code !== 'call_over') throw problem;
      this.take([await this.api.call(id)], horizon);
    } finally {
      this.hangingUp.delete(id);
    }
  }
}
