import type { Holder, NewDevice, OwnerApi, Pairing, Refusal } from '../owner-api';
import type { Toasts } from '../state/toasts.svelte';
import { settingsTexts } from '../texts/settings';

/** How often the lists are reloaded while shown, in milliseconds: new sessions aren't announced. */
const AGAIN_MS = 5_000;

export type Entry = Holder & { kind: 'device' | 'session' };

export class Access {
  entries = $state.raw<Entry[]>();
  refusals = $state.raw<Refusal[]>();
  pairing = $state.raw<Pairing>();
  made = $state.raw<NewDevice>();

  constructor(
    private readonly api: OwnerApi,
    private readonly toasts: Toasts,
  ) {}

  watch(): () => void {
    void this.refresh();
    const again = setInterval(() => void this.refresh(), AGAIN_MS);
    return () => clearInterval(again);
  }

  async refresh(): Promise<void> {
    try {
      const [devices, sessions, refusals] = await Promise.all([
        this.api.devices(),
        this.api.sessions(),
        this.api.refusals(),
      ]);
      this.entries = [
        ...devices.map((device) => ({ ...device, kind: 'device' as const })),
        ...sessions.map((session) => ({ ...session, kind: 'session' as const })),
      ];
      this.refusals = refusals;
    } catch {
      // The next refresh, or the view's own problem, reports it.
    }
  }

  async pair(): Promise<void> {
    await this.#try(async () => (this.pairing = await this.api.beginPairing()));
  }

  async donePairing(): Promise<void> {
    this.pairing = undefined;
    await this.refresh();
  }

  async addProgram(name: string): Promise<void> {
    await this.#try(async () => (this.made = await this.api.addDevice(name)));
    await this.refresh();
  }

  async rename({ id }: Entry, name: string): Promise<void> {
    await this.#try(async () => {
      await this.api.renameDevice(id, name);
      if (this.made?.id === id) this.made = { ...this.made, name };
      this.toasts.say(settingsTexts.renamed(name));
    });
    await this.refresh();
  }

  async putOut({ id, kind, name }: Entry): Promise<void> {
    await this.#try(async () => {
      await (kind === 'device' ? this.api.revokeDevice(id) : this.api.endSession(id));
      if (this.made?.id === id) this.made = undefined;
      this.toasts.say(settingsTexts.revoked(name));
    });
    await this.refresh();
  }

  async forgive(source: string): Promise<void> {
    await this.#try(async () => {
      await this.api.forgive(source);
      this.toasts.say(settingsTexts.forgiven(source));
    });
    await this.refresh();
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.toasts.complain(thrown);
    }
  }
}
