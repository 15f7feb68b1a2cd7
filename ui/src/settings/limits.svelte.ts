import type { Limits, OwnerApi } from '../owner-api';
import { Problem } from '../problem';

/** Limits that are a count, with the defaults of a new installation, used when a limit is switched on. */
export const COUNTS = {
  number_gap_min: 10,
  number_per_day: 3,
  calls_per_hour: 20,
  calls_at_once: 3,
} as const;
export type Count = keyof typeof COUNTS;
export const SPENDS = { spend_per_day: '10', spend_per_month: '50' } as const;
export type Spend = keyof typeof SPENDS;
const NIGHT = { from: '21:00', until: '09:00' };

export interface Field {
  on: boolean;
  value: string;
}

export class LimitsForm {
  counts = $state<Record<Count, Field>>();
  spends = $state<Record<Spend, Field>>();
  night = $state({ on: true, ...NIGHT });
  where = $state<'own' | 'any' | 'listed'>('own');
  countries = $state<string[]>([]);
  problem = $state<Problem>();
  #kept: Limits | undefined;

  constructor(private readonly api: OwnerApi) {}

  async read(): Promise<void> {
    try {
      this.#show(await this.api.limits());
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  async save(): Promise<void> {
    this.#show(await this.api.setLimits(this.wanted));
  }

  get wanted(): Limits {
    const count = (name: Count) => {
      const field = this.counts?.[name];
      return field?.on ? Number(field.value) : null;
    };
    const spend = (name: Spend) => {
      const field = this.spends?.[name];
      return field?.on ? field.value.trim() : null;
    };
    const { on, from, until } = this.night;
    return {
      number_gap_min: count('number_gap_min'),
      number_per_day: count('number_per_day'),
      calls_per_hour: count('calls_per_hour'),
      calls_at_once: count('calls_at_once'),
      quiet_hours: on ? { from, until } : null,
      countries: this.where === 'listed' ? { listed: [...this.countries] } : this.where,
      spend_per_day: spend('spend_per_day'),
      spend_per_month: spend('spend_per_month'),
    };
  }

  get isChanged(): boolean {
    return this.#kept !== undefined && JSON.stringify(this.wanted) !== JSON.stringify(this.#kept);
  }

  raises(name: Count | Spend | 'quiet_hours' | 'countries'): boolean {
    const before = this.#kept;
    if (!before) return false;
    const after = this.wanted;
    if (name === 'quiet_hours') {
      return (
        before.quiet_hours != null && JSON.stringify(after.quiet_hours) !== JSON.stringify(before.quiet_hours)
      );
    }
    if (name === 'countries') {
      const all = after.countries === 'any' && before.countries !== 'any';
      const listed = (limits: Limits) =>
        typeof limits.countries === 'object' ? limits.countries.listed : [];
      return all || listed(after).some((country) => !listed(before).includes(country));
    }
    const [was, is] = [before[name], after[name]];
    if (was == null) return false;
    // A shorter gap allows more calls.
    return is == null || (name === 'number_gap_min' ? Number(is) < Number(was) : Number(is) > Number(was));
  }

  #show(limits: Limits): void {
    this.#kept = limits;
    const field = (value: number | string | null | undefined, otherwise: number | string) => ({
      on: value != null,
      value: String(value ?? otherwise),
    });
    this.counts = {
      number_gap_min: field(limits.number_gap_min, COUNTS.number_gap_min),
      number_per_day: field(limits.number_per_day, COUNTS.number_per_day),
      calls_per_hour: field(limits.calls_per_hour, COUNTS.calls_per_hour),
      calls_at_once: field(limits.calls_at_once, COUNTS.calls_at_once),
    };
    this.spends = {
      spend_per_day: field(limits.spend_per_day, SPENDS.spend_per_day),
      spend_per_month: field(limits.spend_per_month, SPENDS.spend_per_month),
    };
    this.night = { on: limits.quiet_hours != null, ...(limits.quiet_hours ?? NIGHT) };
    this.where = typeof limits.countries === 'object' ? 'listed' : limits.countries;
    this.countries = typeof limits.countries === 'object' ? [...limits.countries.listed] : [];
    this.problem = undefined;
  }
}
