import { byLocale, texts } from './texts';

const dates = (options: Intl.DateTimeFormatOptions) =>
  byLocale((locale) => new Intl.DateTimeFormat(locale, options));

const clock = dates({ hour: 'numeric', minute: '2-digit' });
const exact = dates({ hour: 'numeric', minute: '2-digit', second: '2-digit' });
const day = dates({ weekday: 'short', day: 'numeric', month: 'short' });
const dayOfYear = dates({ day: 'numeric', month: 'short', year: 'numeric' });

export const timeOfDay = (at: string | Date) => clock().format(new Date(at));
export const exactTime = (at: string | Date) => exact().format(new Date(at));

export function dayName(at: string | Date, now = new Date()): string {
  const date = new Date(at);
  const midnight = (moment: Date) =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return texts.calls.today;
  if (days === 1) return texts.calls.yesterday;
  return (date.getFullYear() === now.getFullYear() ? day() : dayOfYear()).format(date);
}

export const dateOf = (at: string | Date) => dayOfYear().format(new Date(at));

const dayAndMonth = dates({ day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = dates({ month: 'short', timeZone: 'UTC' });
const weekday = dates({ weekday: 'short', timeZone: 'UTC' });

/** A calendar day such as `2026-03-29`, independent of the time zone. */
export const dayOfMonth = (date: string) => dayAndMonth().format(new Date(date));
export const monthName = (date: string) => month().format(new Date(date));
/** From Monday on; January 1, 2024 was a Monday. */
export const weekdayNames = () =>
  Array.from({ length: 7 }, (_, day) => weekday().format(Date.UTC(2024, 0, 1 + day)));

/** `0:07`, with hours if there are any. */
export function clockFace(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const tail = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** Seconds since `from`, ticking while `running`. Create it during component setup. */
export class Stopwatch {
  #now = $state(Date.now());

  constructor(
    private readonly from: () => string,
    running: () => boolean,
  ) {
    $effect(() => {
      if (!running()) return;
      this.#now = Date.now();
      const ticking = setInterval(() => (this.#now = Date.now()), 250);
      return () => clearInterval(ticking);
    });
  }

  get seconds(): number {
    // A device's clock behind the server's must not give negative times.
    return Math.max(0, (this.#now - Date.parse(this.from())) / 1_000);
  }
}
