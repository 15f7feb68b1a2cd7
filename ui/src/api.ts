/** The server's routes as functions. Types come from its OpenAPI document.
 *
 * A long file, because it is one list: a function for each route. */

import type { components, operations } from './api-types';
import { toQuery, type CallFilter } from './call-filter';
import type { Answer, Host, Request } from './host';
import { Problem } from './problem';
import type { Tagged } from './state/edited.svelte';
import { Waiting } from './state/waiting.svelte';

type Schemas = components['schemas'];
export type AccountBalance = Schemas['BalanceView'];
export type AccountNumber = Schemas['NumberView'];
export type Call = Schemas['CallView'];
export type CallWithEvents = Schemas['CallWithEvents'];
export type CallEvent = Schemas['CallEvent'];
export type CallStatus = Schemas['CallStatus'];
export type RefusedCall = Schemas['RefusedCallView'];
export type RefusedCallList = Schemas['RefusedCallList'];
/** What the owner confirms in the window, for one call. */
export type OwnersWord = Partial<Pick<Schemas['PlaceCall'], 'consent' | 'setting_aside'>>;
export type CallList = Schemas['CallList'];
export type CallCheck = Schemas['CallCheckView'];
export type Estimate = Schemas['EstimateView'];
export type EventKind = Schemas['EventKind'];
export type Money = Schemas['MoneyView'];
export type News = Schemas['NewsView'];
export type BlockedNumber = Schemas['BlockedNumberView'];
export type ImportedPeople = Schemas['TakenPeopleView'];
export type ImportedProtocols = Schemas['Imported'];
export type ImportedPerson = Schemas['TakenPersonView'];
export type LeftOut = Schemas['LeftOutView'];
export type UndoneImport = Schemas['UndoneImportView'];
export type Person = Schemas['Person'];
export type PersonFields = Schemas['PersonFields'];
export type QuickDial = Schemas['QuickDialView'];
export type Protocol = Schemas['ProtocolView'];
export type TakesMessage = Schemas['TakesMessage'];
export type ProtocolFields = Schemas['ProtocolFields'];
export type OwnSession = Schemas['OwnSession'];
export type Sound = Schemas['SoundView'];
export type AddedSound = Schemas['AddedSoundView'];
export type SoundWithAudio = Schemas['SoundWithAudio'];
export type SpendBy = Schemas['SpendBy'];
export type Spending = Schemas['SpendView'];
export type Source = Schemas['Source'];
export type Statistics = Schemas['StatisticsView'];
export type Status = Schemas['StatusView'];

export type AskedBy = Schemas['AskedBy'];
export type Explanation = Schemas['ExplanationView'];
export type Outcome = NonNullable<NonNullable<operations['listCalls']['parameters']['query']>['outcome']>;

export class Api {
  readonly waiting = new Waiting();

  constructor(private readonly host: Host) {}

  status(): Promise<Status> {
    return this.read<Status>('/api/v1/status');
  }

  /** Places a call. The same key again returns the same call, and no phone rings twice. */
  placeCall(
    protocol: string,
    to: string,
    key: string,
    /** The number shown for `to`; the server refuses to call any other. */
    read_as: string,
    more: OwnersWord & { message?: string } = {},
  ): Promise<Call> {
    // Don't wait for the call's turn; the page shows it in the queue.
    const headers = { 'idempotency-key': key, prefer: 'respond-async' };
    const body = json({ protocol, to, read_as, ...more });
    return this.send<Call>({ method: 'POST', path: '/api/v1/calls', headers, body });
  }

  refusedCalls(cursor?: string): Promise<RefusedCallList> {
    const query = cursor ? `?${new URLSearchParams({ cursor })}` : '';
    return this.read<RefusedCallList>(`/api/v1/refused-calls${query}`);
  }

  calls(filter: CallFilter, limit: number, cursor?: string): Promise<CallList> {
    const query = ofHere(toQuery(filter));
    query.set('limit', String(limit));
    if (cursor) query.set('cursor', cursor);
    return this.read<CallList>(`/api/v1/calls?${query}`);
  }

  /** Saves the history, or what the filter finds, as CSV. Returns whether the person chose a file. */
  async saveCalls(name: string, filter: CallFilter): Promise<boolean> {
    const query = ofHere(toQuery(filter));
    query.set('format', 'csv');
    const saved = await this.host.saveAnswer(name, `/api/v1/calls/export?${query}`);
    if (typeof saved !== 'boolean') throw Problem.of(saved);
    return saved;
  }

  estimate(protocol: string, to: string): Promise<Estimate> {
    return this.read<Estimate>(`/api/v1/estimate?${new URLSearchParams({ protocol, to })}`);
  }

  checkCall(protocol: string, to: string): Promise<CallCheck> {
    return this.read<CallCheck>(`/api/v1/call-check?${new URLSearchParams({ protocol, to })}`);
  }

  balance(): Promise<AccountBalance> {
    return this.read<AccountBalance>('/api/v1/balance');
  }

  /** Days are those of the browser's time zone. */
  spending(by: SpendBy, from?: string, to?: string): Promise<Spending> {
    const query = ofHere(new URLSearchParams({ by }));
    if (from) query.set('from', from);
    if (to) query.set('to', to);
    return this.read<Spending>(`/api/v1/spend?${query}`);
  }

  statistics(): Promise<Statistics> {
    return this.read<Statistics>(`/api/v1/statistics?${ofHere(new URLSearchParams())}`);
  }

  call(id: string): Promise<CallWithEvents> {
    return this.read<CallWithEvents>(`/api/v1/calls/${encodeURIComponent(id)}`);
  }

  /** Asks Twilio why the call went as it did. */
  explain(id: string): Promise<Explanation> {
    return this.read<Explanation>(`/api/v1/calls/${encodeURIComponent(id)}/explanation`);
  }

  /** Sets the note if it is still `replaces`; an empty text deletes it. Returns the note as saved. */
  async noteCall(id: string, note: string, replaces: string): Promise<string | null> {
    const path = `/api/v1/calls/${encodeURIComponent(id)}/note`;
    return (
      (await this.send<Schemas['CallNote']>({ method: 'PUT', path, body: json({ note, replaces }) })).note ??
      null
    );
  }

  hangUp(id: string): Promise<Call> {
    return this.send<Call>({ method: 'POST', path: `/api/v1/calls/${encodeURIComponent(id)}/hangup` });
  }

  async protocols(): Promise<Protocol[]> {
    return (await this.read<Schemas['ProtocolList']>('/api/v1/protocols')).items;
  }

  async numbers(): Promise<AccountNumber[]> {
    return (await this.read<Schemas['NumberList']>('/api/v1/numbers')).items;
  }

  addProtocol(protocol: Protocol): Promise<Protocol> {
    return this.send<Protocol>({ method: 'POST', path: '/api/v1/protocols', body: json(protocol) });
  }

  protocol(id: string): Promise<Tagged<Protocol>> {
    return this.tagged<Protocol>(protocolPath(id));
  }

  /** Fails if the protocol has changed since this ETag was read. */
  changeProtocol(id: string, fields: ProtocolFields, etag: string): Promise<Protocol> {
    const headers = { 'if-match': etag };
    return this.send<Protocol>({ method: 'PUT', path: protocolPath(id), headers, body: json(fields) });
  }

  async deleteProtocol(id: string, keepalive = false): Promise<void> {
    await this.ask({ method: 'DELETE', path: protocolPath(id), keepalive });
  }

  exportProtocols(): Promise<string> {
    return this.ask({ method: 'GET', path: '/api/v1/protocols/export' });
  }

  tryProtocols(file: Blob): Promise<ImportedProtocols> {
    return this.send<ImportedProtocols>(protocolFile(file, 'dry_run=true'));
  }

  importProtocols(file: Blob, replace: boolean): Promise<ImportedProtocols> {
    return this.send<ImportedProtocols>(protocolFile(file, `replace=${replace}`));
  }

  async sounds(): Promise<Sound[]> {
    return (await this.read<Schemas['SoundList']>('/api/v1/sounds')).items;
  }

  sound(id: string): Promise<SoundWithAudio> {
    return this.read<SoundWithAudio>(`/api/v1/sounds/${encodeURIComponent(id)}`);
  }

  addSound(name: string, file: Blob): Promise<AddedSound> {
    const path = `/api/v1/sounds?${new URLSearchParams({ name })}`;
    return this.send<AddedSound>({ method: 'POST', path, headers: asFile, file });
  }

  async deleteSound(id: string): Promise<void> {
    await this.ask({ method: 'DELETE', path: `/api/v1/sounds/${encodeURIComponent(id)}` });
  }

  async people(): Promise<Person[]> {
    return (await this.read<Schemas['PersonList']>('/api/v1/people')).items;
  }

  addPerson(person: PersonFields): Promise<Person> {
    return this.send<Person>({ method: 'POST', path: '/api/v1/people', body: json(person) });
  }

  person(id: string): Promise<Tagged<Person>> {
    return this.tagged<Person>(personPath(id));
  }

  /** Fails if the person has changed since this ETag was read. */
  changePerson(id: string, person: PersonFields, etag: string): Promise<Person> {
    const headers = { 'if-match': etag };
    return this.send<Person>({ method: 'PUT', path: personPath(id), headers, body: json(person) });
  }

  async deletePerson(id: string): Promise<void> {
    await this.ask({ method: 'DELETE', path: personPath(id) });
  }

  /** Returns what importing the address book would do. The server detects the format. */
  tryAddressBook(file: Blob): Promise<ImportedPeople> {
    return this.send<ImportedPeople>(addressBook(file, true));
  }

  importPeople(file: Blob): Promise<ImportedPeople> {
    return this.send<ImportedPeople>(addressBook(file, false));
  }

  undoImport(id: string): Promise<UndoneImport> {
    const path = `/api/v1/people/imports/${encodeURIComponent(id)}/undo`;
    return this.send<UndoneImport>({ method: 'POST', path });
  }

  async blockedNumbers(): Promise<BlockedNumber[]> {
    return (await this.read<Schemas['BlockedNumberList']>('/api/v1/blocked-numbers')).items;
  }

  block(number: string, note: string): Promise<BlockedNumber> {
    const body = json({ note: note || null });
    return this.send<BlockedNumber>({ method: 'PUT', path: blockedPath(number), body });
  }

  async unblock(number: string): Promise<void> {
    await this.ask({ method: 'DELETE', path: blockedPath(number) });
  }

  async quickDials(): Promise<QuickDial[]> {
    return (await this.read<Schemas['QuickDialList']>('/api/v1/quick-dials')).items;
  }

  async setQuickDials(items: QuickDial[]): Promise<QuickDial[]> {
    const body = json({ items });
    return (await this.send<Schemas['QuickDialList']>({ method: 'PUT', path: '/api/v1/quick-dials', body }))
      .items;
  }

  session(): Promise<OwnSession> {
    return this.read<OwnSession>('/api/v1/session');
  }

  async signOut(): Promise<void> {
    await this.ask({ method: 'DELETE', path: '/api/v1/session' });
  }

  async tagged<T>(path: string): Promise<Tagged<T>> {
    const { text, etag } = await this.answer({ method: 'GET', path });
    // A compressing proxy makes ETags weak, which `If-Match` doesn't accept.
    return { value: JSON.parse(text) as T, etag: etag?.replace(/^W\//, '') };
  }

  private read<T>(path: string): Promise<T> {
    return this.send<T>({ method: 'GET', path });
  }

  /** For other files of routes. */
  async send<T>(request: Request): Promise<T> {
    const text = await this.ask(request);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw Problem.strange(200);
    }
  }

  /** The text of a successful answer; throws a `Problem` for any other, or none. */
  async ask(request: Request): Promise<string> {
    return (await this.answer(request)).text;
  }

  private async answer(request: Request): Promise<Answer> {
    const answer = await this.waiting.watch(this.host.request(request)).catch(() => {
      throw Problem.unreachable();
    });
    if (answer.status < 200 || answer.status > 299) throw Problem.of(answer);
    return answer;
  }
}

/** Adds the browser's time zone. */
function ofHere(query: URLSearchParams): URLSearchParams {
  query.set('time_zone', new Intl.DateTimeFormat().resolvedOptions().timeZone);
  return query;
}

const protocolFile = (file: Blob, query: string): Request => ({
  method: 'POST',
  path: `/api/v1/protocols/import?${query}`,
  headers: { 'content-type': 'application/json' },
  file,
});
const asFile = { 'content-type': 'application/octet-stream' };
const addressBook = (file: Blob, dryRun: boolean): Request => ({
  method: 'POST',
  path: `/api/v1/people/import?dry_run=${dryRun}`,
  headers: asFile,
  file,
});
const json = (value: unknown) => JSON.stringify(value);
const personPath = (id: string) => `/api/v1/people/${encodeURIComponent(id)}`;
const blockedPath = (number: string) => `/api/v1/blocked-numbers/${encodeURIComponent(number)}`;
const protocolPath = (id: string) => `/api/v1/protocols/${encodeURIComponent(id)}`;
