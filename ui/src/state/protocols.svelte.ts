/** The protocols, in their order. */

import { SvelteSet } from 'svelte/reactivity';

import type { Api, Protocol, ProtocolFields } from '../api';
import { Problem } from '../problem';
import { Latest } from './latest';

export class Protocols {
  #list = $state.raw<Protocol[]>([]);
  /** Deleted here, and still at the server until they can't be wanted back. */
  readonly #leaving = new SvelteSet<string>();
  loaded = $state(false);
  problem = $state<Problem>();
  readonly list: Protocol[] = $derived(this.#list.filter((protocol) => !this.#leaving.has(protocol.id)));

  readonly #latest = new Latest();

  constructor(private readonly api: Api) {}

  get(id: string): Protocol | undefined {
    return this.list.find((protocol) => protocol.id === id);
  }

  /** What people call it. A call may be of one that was deleted, and tells its `last` name. */
  nameOf(id: string, last?: string | null): string {
    const protocol = this.#list.find((protocol) => protocol.id === id);
    return protocol ? nameOf(protocol) : (last ?? id);
  }

  isDeleted(id: string): boolean {
    return this.loaded && !this.isTaken(id);
  }

  /** Whether the server has one of this id, also one that is about to go. */
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

  /** Takes a file; `undo` puts back what was there before, and tells whether it did: not once others have changed it. */
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

  /** Takes it out of sight. It keeps its place in the list if `restore` follows, and is gone after `remove`. */
  hide(id: string): void {
    this.#leaving.add(id);
  }

  restore(id: string): void {
    this.#leaving.delete(id);
  }

  /** Deletes what was hidden, unless it was restored meanwhile. */
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

  /** Deletes all that is hidden: the page is being closed, and nobody can want it back. */
  async removeHidden(): Promise<void> {
    await Promise.all([...this.#leaving].map((id) => this.remove(id, true).catch(() => undefined)));
  }
}

export function nameOf(protocol: Protocol): string {
  return protocol.name?.trim() || protocol.id;
}
