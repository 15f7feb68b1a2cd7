/** Protocols pinned in this browser or window. Like other choices on the dial, they aren't shared. */

const KEPT = 'benspamsphones.pinned';

export class Pinned {
  #ids: readonly string[] = $state.raw(remembered());

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  toggle(id: string): void {
    this.#keep(this.has(id) ? this.#ids.filter((other) => other !== id) : [...this.#ids, id]);
  }

  forget(): void {
    this.#keep([]);
  }

  #keep(ids: readonly string[]): void {
    this.#ids = ids;
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.#ids));
    } catch {
      // The browser may refuse storage; then pins last until the page is closed.
    }
  }
}

function remembered(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
