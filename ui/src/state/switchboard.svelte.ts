/** All state of the page, made once and handed to components by context. */

import { getContext } from 'svelte';

import { Api, type Call, type CallEvent, type Status } from '../api';
import type { Change, Host, HostWish } from '../host';
import { shown } from '../phone-shown.svelte';
import { texts } from '../texts';
import { AccountNumbers } from './account-numbers.svelte';
import { Calls } from './calls.svelte';
import { Connection } from './connection.svelte';
import { Countdown } from './countdown.svelte';
import { Dialler } from './dialler.svelte';
import { History } from './history.svelte';
import { go, link, Whereabouts } from './place.svelte';
import { People } from './people.svelte';
import { Preferences } from './preferences.svelte';
import { Protocols } from './protocols.svelte';
import { Question } from './question.svelte';
import { RefusedCalls } from './refused-calls.svelte';
import { Toasts } from './toasts.svelte';
import { Wish } from './wish.svelte';

export class Switchboard {
  readonly api: Api;
  readonly calls: Calls;
  readonly connection: Connection;
  readonly countdown: Countdown;
  readonly dialler: Dialler;
  readonly history: History;
  readonly numbers: AccountNumbers;
  readonly people: People;
  readonly preferences: Preferences;
  readonly protocols: Protocols;
  readonly question = new Question();
  readonly refusedCalls: RefusedCalls;
  readonly toasts = new Toasts();
  readonly whereabouts = new Whereabouts();
  readonly wish: Wish;
  status = $state.raw<Status>();
  /** What a screen reader is told next. */
  announcement = $state('');

  constructor(readonly host: Host) {
    this.api = new Api(host);
    this.calls = new Calls(this.api);
    this.protocols = new Protocols(this.api);
    this.people = new People(this.api);
    this.refusedCalls = new RefusedCalls(this.api);
    this.numbers = new AccountNumbers(this.api);
    const desk = { question: this.question, nameOf: (number: string) => this.callee(number) };
    this.dialler = new Dialler(this.api, this.calls, host.desktop && desk);
    const complain = this.toasts.complain.bind(this.toasts);
    this.preferences = new Preferences(host, complain);
    this.wish = new Wish(this.preferences);
    this.countdown = new Countdown(this.dialler, this.preferences, complain);
    this.history = new History(this.api, this.calls);
    const follower = {
      fold: this.calls.fold.bind(this.calls),
      refresh: () => this.refresh(),
      refreshOnly: (what: Change) => this.#refreshOnly(what),
    };
    this.connection = new Connection(host, follower, () => this.toasts.say(texts.connection.back));
  }

  start(): () => void {
    const stops = [
      this.whereabouts.start(),
      this.calls.onNews((call, event) => this.#hear(call, event)),
      this.connection.start(),
    ];
    void this.refresh();
    this.host.desktop?.onWish((wish) => this.#grant(wish));
    const flush = () => {
      this.protocols.removeHidden();
      this.preferences.flush();
    };
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('pagehide', flush);
      for (const stop of stops) stop();
    };
  }

  async refresh(): Promise<void> {
    const status = this.api.status().then(
      (status) => (this.status = status),
      // The connection's own state tells that the server is away.
      () => undefined,
    );
    await Promise.all([status, this.calls.refresh(), this.protocols.refresh(), this.people.refresh()]);
  }

  async #refreshOnly(what: Change): Promise<void> {
    if (what === 'protocols') await this.protocols.refresh();
    else if (what === 'limits' || what === 'refused_calls') this.refusedCalls.outdated();
    else await this.people.refresh();
  }

  /** Who has this number, or the number as people write it. */
  callee(number: string): string {
    return this.people.nameOf(number) ?? shown(number);
  }

  async hangUp(call: Call): Promise<void> {
    await this.calls.hangUp(call.id).catch((problem: unknown) => this.toasts.complain(problem));
  }

  /** Places a call like an earlier one, and shows it where it can be watched. */
  async again(call: Call): Promise<void> {
    const placed = await this.dialler.dial(call.protocol, call.to);
    if (this.whereabouts.place.view === 'dial') return;
    if (placed) go(link.dial);
    else if (this.dialler.problem) this.toasts.complain(this.dialler.problem);
  }

  #grant(wish: HostWish): void {
    go(link.dial);
    if (wish.kind === 'fill') this.wish.number = wish.number;
    else this.countdown.begin({ protocol: wish.protocol, to: wish.number });
  }

  #hear(call: Call, event: CallEvent): void {
    this.history.welcome(call);
    if (event.kind !== 'status') return;
    this.announcement = texts.live.announce(
      this.protocols.nameOf(call.protocol),
      this.callee(call.to),
      call.summary,
    );
  }
}

const KEY = Symbol('switchboard');

/** For `mount`: what components find it by. */
export function contextOf(switchboard: Switchboard): Map<unknown, unknown> {
  return new Map([[KEY, switchboard]]);
}

export function useSwitchboard(): Switchboard {
  return getContext<Switchboard>(KEY);
}
