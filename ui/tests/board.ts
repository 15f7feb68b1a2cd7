import {
  DEFAULT_PREFERENCES,
  type Answer,
  type Host,
  type LiveBy,
  type LiveNews,
  type Preferences,
  type Request,
} from '../src/host';
import type { Call, CallEvent, News } from '../src/api';

export class FakeHost implements Host {
  readonly apiPage = undefined;
  readonly desktop = undefined;
  listensHidden: Host['listensHidden'] = 'always';
  preferences = DEFAULT_PREFERENCES;
  by: LiveBy | undefined;
  isListening = false;
  readonly requests: Request[] = [];
  tell: (news: LiveNews) => void = () => undefined;
  answer: (request: Request) => Answer | Promise<Answer> = () => json(200, { items: [], next_cursor: null });

  request(request: Request): Promise<Answer> {
    this.requests.push(request);
    return Promise.resolve(this.answer(request));
  }

  live(listener: (news: LiveNews) => void, by: LiveBy): () => void {
    this.by = by;
    this.tell = listener;
    this.isListening = true;
    return () => {
      this.tell = () => undefined;
      this.isListening = false;
    };
  }

  saveFile(): Promise<boolean> {
    return Promise.resolve(true);
  }

  saveAnswer(_name: string, path: string): Promise<boolean | Answer> {
    return this.request({ method: 'GET', path }).then((answer) => (answer.status === 200 ? true : answer));
  }

  keepPreferences(preferences: Preferences): Promise<void> {
    this.preferences = preferences;
    return Promise.resolve();
  }
}

export const json = (status: number, value: unknown): Answer => ({ status, text: JSON.stringify(value) });

export function call(changes: Partial<Call> = {}): Call {
  return {
    id: '0199a0f0-0000-7000-8000-000000000001',
    protocol: 'dinner',
    from: '+15005550006',
    to: '+12025550142',
    mode: 'sandbox',
    asked_by: 'browser',
    status: 'ringing',
    summary: 'Ringing.',
    ended: false,
    hangup_requested: false,
    opted_out: false,
    acknowledge_requested: false,
    news: 'callbacks',
    requested_at: '2026-10-01T12:00:00Z',
    ...changes,
  };
}

export function news(id: number, changes: Partial<Call> = {}, event: Partial<CallEvent> = {}): News {
  const after = call(changes);
  const told: CallEvent = {
    id,
    call_id: after.id,
    at: '2026-10-01T12:00:01Z',
    kind: 'status',
    source: 'callback',
    status: after.status,
    ...event,
  };
  return { event: told, call: after };
}

export function later<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
