/** The page's state, created once and passed to components by context. */

import { getContext } from 'svelte';

import { Api, type Call, type CallEvent, type Status } from '../api';
import type { Change, Host, HostWish, LiveBy } from '../host';
import { shown, whole } from '../phone-shown.svelte';
import { summaryOf } from '../said';
import { texts } from '../texts';
import { AccountNumbers } from './account-numbers.svelte';
import { Balance } from './balance.svelte';
import { CallChecks } from './call-checks.svelte';
import { Calls } from './calls.svelte';
import { Connection } from './connection.svelte';
import { Countdown } from './countdown.svelte';
import { Dialler, DOUBLE_CLICK_MS } from './dialler.svelte';
import { Drafts } from './drafts';
import { Estimates } from './estimates.svelte';
import { History } from './history.svelte';
import { Reading } from './reading.svelte';
import { go, link, Whereabouts } from './place.svelte';
import { People } from './people.svelte';
import { Pinned } from './pinned.svelte';
import { Preferences } from './preferences.svelte';
import { Protocols } from './protocols.svelte';
import { Question } from './question.svelte';
import { RefusedCalls } from './refused-calls.svelte';
import { Toasts } from './toasts.svelte';
import { Wish } from './wish.svelte';

export class Switchboard {
  readonly api: Api;
  readonly balance: Balance;
  readonly calls: Calls;
  readonly checks: CallChecks;
  readonly connection: Connection;
  readonly countdown: Countdown;
  readonly dialler: Dialler;
  readonly drafts = new Drafts();
  readonly estimates: Estimates;
  readonly history: History;
  readonly numbers: AccountNumbers;
  readonly people: People;
  readonly pinned = new Pinned();
  readonly preferences: Preferences;
  readonly protocols: Protocols;
  readonly question = new Question();
  readonly refusedCalls: RefusedCalls;
  readonly reading: Reading;
  readonly toasts = new Toasts();
  readonly whereabouts = new Whereabouts();
  readonly wish: Wish;
  /** The earlier call that was repeated last, and until when another click is part of a double click. */
  #repeated: { id: string; until: number } | undefined;
  status = $state.raw<Status>();
  /** A file of contacts shared from another app, until it is opened. */
  shared = $state.raw<File>();
  /** For screen readers. */
  announcement = $state('');

  constructor(readonly host: Host) {
    this.api = new Api(host);
    this.balance = new Balance(this.api);
    this.estimates = new Estimates(this.api);
    this.checks = new CallChecks(this.api);
    this.calls = new Calls(this.api);
    this.protocols = new Protocols(this.api);
    this.people = new People(this.api);
    this.refusedCalls = new RefusedCalls(this.api);
    this.numbers = new AccountNumbers(this.api);
    const desk = { question: this.question, nameOf: (number: string) => this.callee(number) };
    this.dialler = new Dialler(this.api, this.calls, host.desktop && desk);
    const complain = this.toasts.complain.bind(this.toasts);
    this.preferences = new Preferences(host, complain);
    this.reading = new Reading(this.preferences, complain);
    this.wish = new Wish(this.preferences);
    this.countdown = new Countdown(this.dialler, this.preferences, complain);
    this.history = new History(this.api, this.calls, this.people);
    const follower = {
      fold: this.calls.fold.bind(this.calls),
      refresh: () => this.refresh(),
      refreshOnly: (what: Change) => this.#refreshOnly(what),
      isBusy: () => this.calls.open.length > 0,
    };
    this.connection = new Connection(
      host,
      follower,
      () => this.toasts.say(texts.connection.back),
      (why) => this.toasts.say(texts.connection.fallen[why]),
    );
  }

  start(): () => void {
    const stops = [
      this.whereabouts.start(),
      this.calls.onNews((call, event) => this.#hear(call, event)),
      this.connection.start(this.preferences.now.live_by),
    ];
    void this.refresh();
    this.host.desktop?.onWish((wish) => this.#grant(wish));
    this.host.onNewer?.(() =>
      this.toasts.say(texts.newer, { text: texts.reload, run: () => location.reload() }),
    );
    void this.#takeShared();
    const flush = () => {
      void this.protocols.removeHidden();
      this.preferences.flush();
    };
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('pagehide', flush);
      for (const stop of stops) stop();
    };
  }

  /** Changes the source of live updates, now and for later visits. */
  takeUpdatesBy(by: LiveBy): void {
    this.preferences.set({ live_by: by });
    this.connection.choose(by);
  }

  /** Reloads everything that may have changed while updates were missed. */
  async refresh(): Promise<void> {
    this.refusedCalls.outdated();
    this.calls.outdated();
    this.checks.again();
    await Promise.all([
      this.#refreshStatus(),
      this.calls.refresh(),
      this.protocols.refresh(),
      this.people.refresh(),
      this.history.again(),
    ]);
  }

  async #refreshStatus(): Promise<void> {
    try {
      this.status = await this.api.status();
    } catch {
      // The connection's state already shows it.
    }
  }

  async #refreshOnly(what: Change): Promise<void> {
    this.checks.again();
    if (what === 'protocols') await this.protocols.refresh();
    else if (what === 'public_address') await this.#refreshStatus();
    else if (what === 'limits' || what === 'refused_calls') this.refusedCalls.outdated();
    else if (what !== 'calls') await this.people.refresh();
    else {
      this.calls.outdated();
      await this.history.again();
    }
  }

  /** The person's name, or else the formatted number. */
  callee(number: string): string {
    return this.people.nameOf(number) ?? shown(number);
  }

  async hangUp(call: Call): Promise<void> {
    await this.calls.hangUp(call.id).catch((problem: unknown) => this.toasts.complain(problem));
  }

  /** Repeats a call, and shows it. */
  async again(call: Call): Promise<void> {
    const to = whole(call.to, call.extension);
    const message = await this.#messageOf(call);
    if (message === undefined) return;
    const placed = await this.dialler.dial(call.protocol, to, to, message);
    const problem = this.dialler.takeProblemOf(to);
    if (problem) this.toasts.complain(problem);
    else if (placed && this.whereabouts.place.view !== 'dial') go(link.dial);
  }

  /** The same from the history, with a countdown because the click may be a mistake. */
  async planAgain(call: Call): Promise<void> {
    const { protocol, to, extension } = call;
    const message = await this.#messageOf(call);
    if (message === undefined) return;
    this.countdown.begin({ protocol, to: whole(to, extension), message, placed: () => go(link.dial) });
  }

  /** Begins the countdown, or opens the dial first if the protocol needs a message. */
  plan(protocol: string, number: string): void {
    const takes = this.protocols.get(protocol)?.takes_message;
    if (!takes || takes.default != null) {
      this.countdown.begin({ protocol, to: number });
      return;
    }
    this.wish.number = number;
    this.wish.protocol = protocol;
    this.wish.needsMessage += 1;
    go(link.dial);
  }

  /** What an earlier call said, empty if nothing. `undefined` if no call should follow: the message can't be read
   * (the user is told), or this is a double click, which the dialler can't detect because reading takes time. Lists
   * and events of calls don't have the message. */
  async #messageOf({ id, protocol }: Call): Promise<string | undefined> {
    if (!this.protocols.get(protocol)?.takes_message) return '';
    if (this.#repeated?.id === id && Date.now() < this.#repeated.until) return undefined;
    const repeated = { id, until: Infinity };
    this.#repeated = repeated;
    try {
      return (await this.api.call(id)).message ?? '';
    } catch (thrown) {
      this.toasts.complain(thrown);
      return undefined;
    } finally {
      repeated.until = Date.now() + DOUBLE_CLICK_MS;
    }
  }

  /** Signs this browser out, and removes all personal data from it. Asks first if there are unsaved changes. */
  async signOut(leave: () => void = toTheDoor): Promise<void> {
    const { question: t } = texts;
    const { drafts, question } = this;
    if (drafts.isPending && !(await question.ask(t.unsavedSignOut, texts.signOut, t.stay))) return;
    try {
      // Must come before signing out, which it couldn't do afterwards.
      await this.protocols.removeHidden();
      await this.api.signOut();
    } catch (thrown) {
      this.toasts.complain(thrown);
      return;
    }
    drafts.forget();
    this.pinned.forget();
    this.preferences.forget();
    this.wish.message = '';
    leave();
  }

  async #takeShared(): Promise<void> {
    if (!location.search.includes('shared=')) return;
    const { takeShared } = await import('../shared');
    const shared = await takeShared().catch(() => undefined);
    if (!shared) return;
    if ('number' in shared) {
      this.#grant({ kind: 'fill', number: shared.number });
    } else {
      this.shared = shared.file;
      go(link.people);
    }
  }

  #grant(wish: HostWish): void {
    if (wish.kind === 'say') {
      this.toasts.say(wish.text);
      return;
    }
    go(link.dial);
    if (wish.kind === 'fill') this.wish.number = wish.number;
    else this.plan(wish.protocol, wish.number);
  }

  #hear(call: Call, event: CallEvent): void {
    this.history.welcome(call);
    this.checks.again();
    if (event.kind === 'details' && call.price) this.balance.paid();
    if (!['status', 'opted_out', 'acknowledged'].includes(event.kind)) return;
    this.announcement = texts.live.announce(
      this.callee(call.to),
      this.protocols.nameOf(call.protocol, call.protocol_name),
      event.kind === 'opted_out' ? texts.event.opted_out : summaryOf(call).text,
    );
  }
}

/** Opens the sign-in page. The address may contain a search, so it is removed from the history. */
function toTheDoor(): void {
  history.replaceState(null, '', '/');
  location.reload();
}

const KEY = Symbol('switchboard');

export function contextOf(switchboard: Switchboard): Map<unknown, unknown> {
  return new Map([[KEY, switchboard]]);
}

export function useSwitchboard(): Switchboard {
  return getContext<Switchboard>(KEY);
}
