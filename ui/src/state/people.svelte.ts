import type {
  Api,
  BlockedNumber,
  ImportedPeople,
  Person,
  PersonFields,
  QuickDial,
  UndoneImport,
} from '../api';
import { lineOf } from '../phone-shown.svelte';
import { Problem } from '../problem';
import { finder } from '../search';
import { Latest } from './latest';

/** Why a number is never called: the person pressed 9, it is blocked, or the person is marked as do not call. */
export type Block = 'opted_out' | 'blocked' | 'may_not';

export class People {
  list = $state.raw<Person[]>([]);
  blocked = $state.raw<BlockedNumber[]>([]);
  quick = $state.raw<QuickDial[]>([]);
  loaded = $state(false);
  problem = $state<Problem>();
  readonly #owners: Map<string, Person> = $derived(
    new Map(this.list.flatMap((person) => person.numbers.map(({ number }) => [number, person] as const))),
  );

  readonly #blocks: Map<string, Block> = $derived(
    new Map([
      ...this.list
        .filter(({ may_call }) => !may_call)
        .flatMap(({ numbers }) => numbers.map(({ number }) => [number, 'may_not'] as const)),
      ...this.blocked.map(({ number, opted_out }) => [number, opted_out ? 'opted_out' : 'blocked'] as const),
    ]),
  );

  /** Reloads what depends on people, once it is shown. */
  also: (() => Promise<unknown>) | undefined;

  readonly #latest = new Latest();

  constructor(private readonly api: Api) {}

  /** Takes a number in E.164; an extension is ignored. */
  nameOf(number: string): string | undefined {
    return this.ownerOf(number)?.name;
  }

  ownerOf(number: string): Person | undefined {
    return this.#owners.get(lineOf(number));
  }

  /** Takes a number in E.164; `undefined` if it may be called. */
  blockOf(number: string): Block | undefined {
    return this.#blocks.get(lineOf(number));
  }

  get(id: string): Person | undefined {
    return this.list.find((person) => person.id === id);
  }

  /** People with words in their name that begin with the typed ones, or with a number that has the digits. */
  matching(typed: string): Person[] {
    if (typed.trim() === '') return this.list;
    const finds = finder(typed);
    const digits = /\p{L}/u.test(typed) ? '' : typed.replace(/\D/g, '');
    return this.list.filter(
      ({ name, numbers }) =>
        finds(name) || (digits.length > 2 && numbers.some(({ number }) => number.includes(digits))),
    );
  }

  async refresh(): Promise<void> {
    try {
      await this.#latest.read(
        () =>
          Promise.all([this.api.people(), this.api.blockedNumbers(), this.api.quickDials(), this.also?.()]),
        (answer) => ([this.list, this.blocked, this.quick] = answer),
      );
      this.problem = undefined;
      this.loaded = true;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  async add(fields: PersonFields): Promise<Person> {
    return this.#put(await this.#latest.change(this.api.addPerson(fields)));
  }

  /** Fails if the person has changed since this ETag was read. */
  async change(id: string, fields: PersonFields, etag: string): Promise<Person> {
    return this.#put(await this.#latest.change(this.api.changePerson(id, fields, etag)));
  }

  async protect(id: string): Promise<Person> {
    const { value, etag } = await this.api.person(id);
    return this.change(id, { ...fieldsOf(value), may_call: false }, etag ?? '*');
  }

  #put(kept: Person): Person {
    const others = this.list.filter((person) => person.id !== kept.id);
    this.list = [...others, kept].sort((one, other) => one.name.localeCompare(other.name));
    return kept;
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#latest.change(this.api.deletePerson(id));
    } catch (thrown) {
      if (Problem.from(thrown).code !== 'unknown_person') throw thrown;
    }
    this.list = this.list.filter((person) => person.id !== id);
  }

  async import(file: Blob): Promise<ImportedPeople> {
    const taken = await this.api.importPeople(file);
    await this.refresh();
    return taken;
  }

  async undoImport(id: string): Promise<UndoneImport> {
    const undone = await this.api.undoImport(id);
    await this.refresh();
    return undone;
  }

  async block(number: string, note: string): Promise<BlockedNumber> {
    const blocked = await this.#latest.change(this.api.block(number, note));
    this.blocked = [blocked, ...this.blocked.filter((other) => other.number !== blocked.number)];
    return blocked;
  }

  async unblock(number: string): Promise<void> {
    await this.#latest.change(this.api.unblock(number));
    this.blocked = this.blocked.filter((blocked) => blocked.number !== number);
  }

  isPinned({ protocol, number }: QuickDial): boolean {
    return this.quick.some((quick) => quick.protocol === protocol && quick.number === number);
  }

  // Both read the current list first: this copy may be old or missing, and saving replaces the whole list.
  async pin(quick: QuickDial): Promise<void> {
    this.quick = await this.api.quickDials();
    if (!this.isPinned(quick))
      this.quick = await this.#latest.change(this.api.setQuickDials([...this.quick, quick]));
  }

  async unpin({ protocol, number }: QuickDial): Promise<void> {
    const now = await this.api.quickDials();
    const left = now.filter((quick) => quick.protocol !== protocol || quick.number !== number);
    this.quick = await this.#latest.change(this.api.setQuickDials(left));
  }
}

export function fieldsOf({ name, may_call, usual_protocol, numbers }: Person): PersonFields {
  return { name, may_call, usual_protocol: usual_protocol ?? null, numbers };
}
