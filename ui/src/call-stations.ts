import type { Call, CallStatus } from './api';
import { isConfirmed, OUTCOMES } from './call-filter';
import { texts } from './texts';

export const STATIONS = ['requested', 'queued', 'ringing', 'talking', 'ended'] as const;
export type Station = (typeof STATIONS)[number];
export type Lamp = 'passed' | 'now' | 'ahead' | 'skipped';

/** How far along a call is. Twilio's `initiated` is between the queue and the first ring. */
export const RANK: Record<CallStatus, number> = {
  requested: 0,
  unknown: 0,
  queued: 1,
  initiated: 1,
  ringing: 2,
  'in-progress': 3,
  completed: 4,
  busy: 4,
  failed: 4,
  'no-answer': 4,
  canceled: 4,
};

export type Ending = 'good' | 'bad';

export function ending(call: Pick<Call, 'status'>): Ending | undefined {
  if (RANK[call.status] < 4) return undefined;
  return call.status === 'completed' ? 'good' : 'bad';
}

/** The call's status in a word; once it has ended, the word that the history's filter uses. */
export function wordOf(call: Pick<Call, 'status' | 'acknowledged_at'>): string {
  if (isConfirmed(call)) return texts.calls.outcome.confirmed;
  const { status } = call;
  const outcome = OUTCOMES.find((outcome) => outcome === status);
  return outcome ? texts.calls.outcome[outcome] : texts.status[status];
}

/** What each lamp shows. Stations that an unanswered call never reached stay dark. */
export function lamps(call: Pick<Call, 'status' | 'sid'>): Lamp[] {
  const rank = RANK[call.status];
  const reached = (station: number) => {
    if (rank < 4 || call.status === 'completed') return true;
    if (station === 1) return call.sid != null;
    // A `no-answer` call rang; a busy or failed one may not have.
    return station === 2 && call.status === 'no-answer';
  };
  return STATIONS.map((_, station) => {
    if (station === rank) return 'now';
    if (station > rank) return 'ahead';
    return station === 0 || reached(station) ? 'passed' : 'skipped';
  });
}
