/** All state of the page, made once and handed to components by context. */

import { getContext } from 'svelte';

import { Api, type Call, type CallEvent, type Status } from '../api';
import type { Host } from '../host';
import { texts } from '../texts';
import { AccountNumbers } from './account-numbers.svelte';
import { Calls } from './calls.svelte';
import { Connection } from './connection.svelte';
import { Dialler } from './dialler.svelte';
import { History } from './history.svelte';
import { go, link, Whereabouts } from './place.svelte';
import { Protocols } from './protocols.svelte';
import { Toasts } from './toasts.svelte';
import { Wish } from './wish.svelte';

export class Switchboard {
  readonly api: Api;
  readonly calls: Calls;
  readonly connection: Connection;
  readonly dialler: Dialler;
  readonly history: History;
  readonly numbers: AccountNumbers;
  readonly protocols: Protocols;
  readonly toasts = new Toasts();
  readonly whereabouts = new Whereabouts();
  readonly wish = new Wish();
  status = $state.raw<Status>();
  /** What a screen reader is told next. */
  announcement = $state('');

  constructor(readonly host: Host) {
    this.api = new Api(host);
    this.calls = new Calls(this.api);
    this.protocols = new Protocols(this.api);
    this.numbers = new AccountNumbers(this.api);
    this.dialler = new Dialler(this.api, this.calls);
    this.history = new History(this.api, this.calls);
    const follower = { fold: this.calls.fold.bind(this.calls), refresh: () => this.refresh() };
    this.connection = new Connection(host, follower, () => this.toasts.say(texts.connection.back));
  }

  start(): () => void {
    const stops = [
      this.whereabouts.start(),
      this.calls.onNews((call, event) => this.#hear(call, event)),
      this.connection.start(),
    ];
    void this.refresh();
    const flush = () => this.protocols.removeHidden();
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
    await Promise.all([status, this.calls.refresh(), this.protocols.refresh()]);
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

  #hear(call: Call, event: CallEvent): void {
    this.history.welcome(call);
    if (event.kind !== 'status') return;
    this.announcement = texts.live.announce(this.protocols.nameOf(call.protocol), call.to, call.summary);
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
