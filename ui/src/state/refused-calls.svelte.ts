import type { Api, RefusedCall } from '../api';
import { Problem } from '../problem';

export class RefusedCalls {
  items = $state.raw<RefusedCall[]>();
  problem = $state<Problem>();
  #next: string | undefined;
  #watched = false;
  hasMore = $state(false);

  constructor(private readonly api: Api) {}

  async watch(): Promise<void> {
    this.#watched = true;
    await this.refresh();
  }

  unwatch(): void {
    this.#watched = false;
  }

  outdated(): void {
    if (this.#watched) void this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      this.#take(await this.api.refusedCalls(), []);
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  async more(): Promise<void> {
    try {
      this.#take(await this.api.refusedCalls(this.#next), this.items ?? []);
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  #take({ items, next_cursor }: Awaited<ReturnType<Api['refusedCalls']>>, before: RefusedCall[]): void {
    this.items = [...before, ...items];
    this.#next = next_cursor ?? undefined;
    this.hasMore = this.#next !== undefined;
    this.problem = undefined;
  }
}
