/** Groups of people. They are loaded when first shown, and from then on together with people. */

import type { Api } from '../api';
import type { components } from '../api-types';
import { Problem } from '../problem';
import { finder } from '../search';
import type { Tagged } from './edited.svelte';
import { Latest } from './latest';
import type { People } from './people.svelte';
import type { Switchboard } from './switchboard.svelte';

type Schemas = components['schemas'];
export type Group = Schemas['Group'];
export type GroupMember = Schemas['GroupMember'];
export type GroupFields = Schemas['GroupFields'];

export const MAX_MEMBERS = 100;

export interface Seat {
  group: string;
  at: number;
  member: GroupMember;
}

export class Groups {
  list = $state.raw<Group[]>([]);
  loaded = $state(false);
  problem = $state<Problem>();
  readonly #of: Map<string, Group[]> = $derived.by(() => {
    const found = new Map<string, Group[]>();
    for (const group of this.list)
      for (const id of new Set(group.members.map(({ person }) => person)))
        found.set(id, [...(found.get(id) ?? []), group]);
    return found;
  });
  readonly #latest = new Latest();

  constructor(
    private readonly api: Api,
    people: People,
  ) {
    people.also = () => this.refresh();
    void this.refresh();
  }

  get(id: string): Group | undefined {
    return this.list.find((group) => group.id === id);
  }

  of(person: string): Group[] {
    return this.#of.get(person) ?? [];
  }

  matching(typed: string): Group[] {
    const finds = finder(typed);
    return this.list.filter(({ name }) => finds(name));
  }

  async refresh(): Promise<void> {
    try {
      await this.#latest.read(
        () => this.api.send<Schemas['GroupList']>({ method: 'GET', path: PATH }),
        ({ items }) => (this.list = items),
      );
      this.problem = undefined;
      this.loaded = true;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  read(id: string): Promise<Tagged<Group>> {
    return this.api.tagged<Group>(pathOf(id));
  }

  async add(fields: GroupFields): Promise<Group> {
    const body = JSON.stringify(fields);
    return this.#put(await this.#latest.change(this.api.send<Group>({ method: 'POST', path: PATH, body })));
  }

  /** Fails if the group has changed since this ETag was read. */
  async change(id: string, fields: GroupFields, etag: string): Promise<Group> {
    const headers = { 'if-match': etag };
    const request = { method: 'PUT', path: pathOf(id), headers, body: JSON.stringify(fields) } as const;
    return this.#put(await this.#latest.change(this.api.send<Group>(request)));
  }

  /** Changes only a group's members, based on the server's current version. */
  async edit(id: string, members: (now: GroupMember[]) => GroupMember[]): Promise<Group> {
    for (let tries = 1; ; tries++) {
      const { value, etag } = await this.read(id);
      try {
        return await this.change(id, { name: value.name, members: members(value.members) }, etag ?? '*');
      } catch (thrown) {
        // Someone else changed it in the meantime; try again with their version.
        if (Problem.from(thrown).code !== 'changed_meanwhile' || tries === TRIES) throw thrown;
      }
    }
  }

  #put(kept: Group): Group {
    const others = this.list.filter(({ id }) => id !== kept.id);
    this.list = [...others, kept].sort((one, other) => one.name.localeCompare(other.name));
    return kept;
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#latest.change(this.api.ask({ method: 'DELETE', path: pathOf(id) }));
    } catch (thrown) {
      if (Problem.from(thrown).code !== 'unknown_group') throw thrown;
    }
    this.list = this.list.filter((group) => group.id !== id);
  }

  seatsOf(person: string): Seat[] {
    return this.list.flatMap(({ id: group, members }) =>
      members.flatMap((member, at) => (member.person === person ? [{ group, at, member }] : [])),
    );
  }

  without(person: string): void {
    this.list = this.list.map((group) => ({
      ...group,
      members: group.members.filter((member) => member.person !== person),
    }));
  }

  /** Puts people back in their places. Deleted groups stay deleted. */
  async seat(seats: readonly Seat[]): Promise<void> {
    // First to last, so that each index is right when its turn comes.
    const inOrder = seats.toSorted((one, other) => one.at - other.at);
    for (const id of new Set(seats.map(({ group }) => group))) {
      try {
        await this.edit(id, (now) => {
          const members = [...now];
          for (const { group, at, member } of inOrder)
            if (group === id && !now.some((other) => isSame(other, member))) members.splice(at, 0, member);
          return members;
        });
      } catch (thrown) {
        if (Problem.from(thrown).code !== 'unknown_group') throw thrown;
      }
    }
  }
}

export const isSame = (one: GroupMember, other: GroupMember) =>
  one.person === other.person && one.number === other.number && one.extension === other.extension;

const TRIES = 3;
const PATH = '/api/v1/groups';
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
const known = new WeakMap<Switchboard, Groups>();

export function groupsOf(switchboard: Switchboard): Groups {
  const groups = known.get(switchboard) ?? new Groups(switchboard.api, switchboard.people);
  known.set(switchboard, groups);
  return groups;
}
