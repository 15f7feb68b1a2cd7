import { SvelteSet } from 'svelte/reactivity';

import type { Api, Protocol, ProtocolFields } from '../api';
import { Problem } from '../problem';
import { Latest } from './latest';

export class Protocols {
  #list = $state.raw<Protocol[]>([]);
  /** Deleted here, but still on the server until undo is no longer possible. */
  readonly #leaving = new SvelteSet<string>();
  loaded = $state(false);
  problem = $state<Problem>();
  readonly list: Protocol[] = $derived(this.#list.filter((protocol) => !this.#leaving.has(protocol.id)));

  readonly #latest = new Latest();

  constructor(private readonly api: Api) {}

  get(id: string): Protocol | undefined {
    return this.list.find((protocol) => protocol.id === id);
  }

  /** The protocol's name. For a deleted one, the `last` name known from a call. */
  nameOf(id: string, last?: string | null): string {
    const protocol = this.#list.find((protocol) => protocol.id === id);
    return protocol ? nameOf(protocol) : (last ?? id);
  }

  isDeleted(id: string): boolean {
    return this.loaded && !this.isTaken(id);
  }

  /** Also true for a protocol that is about to be deleted. */
  isTaken(id: string): boolean {
    return this.#list.some((protocol) => protocol.id === id);
  }

  async refresh(): Promise<void> {
    try {
      await this.#latest.read(
        () => this.api.protocols(),
        (list) => (this.#list = list),
      );
      this.problem = undefined;
      this.loaded = true;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  async add(protocol: Protocol): Promise<void> {
    const added = await this.#latest.change(this.api.addProtocol(protocol));
    this.#list = [...this.#list, added];
  }

  async change(id: string, fields: ProtocolFields, etag: string): Promise<void> {
    const changed = await this.#latest.change(this.api.changeProtocol(id, fields, etag));
    this.#list = this.#list.map((protocol) => (protocol.id === id ? changed : protocol));
  }

  /** `undo` restores the old protocols unless others have changed them since, and returns whether it did. */
  async import(file: Blob, replace: boolean): Promise<{ imported: number; undo: () => Promise<boolean> }> {
    const before = await this.api.exportProtocols();
    const { imported } = await this.api.importProtocols(file, replace);
    const after = await this.api.exportProtocols();
    await this.refresh();
    const undo = async () => {
      const isOurs = (await this.api.exportProtocols()) === after;
      if (isOurs) await this.api.importProtocols(new Blob([before]), true);
      await this.refresh();
      return isOurs;
    };
    return { imported, undo };
  }

  hide(id: string): void {
    this.#leaving.add(id);
  }

  restore(id: string): void {
    this.#leaving.delete(id);
  }

  /** Deletes a hidden protocol, unless it was restored. */
  async remove(id: string, closing = false): Promise<void> {
    if (!this.#leaving.has(id)) return;
    try {
      await this.#latest.change(this.api.deleteProtocol(id, closing));
      this.#list = this.#list.filter((protocol) => protocol.id !== id);
    } catch (thrown) {
      const problem = Problem.from(thrown);
      if (problem.code !== 'unknown_protocol') throw problem;
      this.#list = this.#list.filter((protocol) => protocol.id !== id);
    } finally {
      this.#leaving.delete(id);
    }
  }

  /** Deletes all hidden ones: the page is closing, so undo is no longer possible. */
  async removeHidden(): Promise<void> {
    await Promise.all([...this.#leaving].map((id) => this.remove(id, true).catch(() => undefined)));
  }
}

export function nameOf(protocol: Protocol): string {
  return protocol.name?.trim() || protocol.id;
}
