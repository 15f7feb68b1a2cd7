import type { Desktop, DesktopView } from '../host';
import { OwnerApi, type Settings as Shown } from '../owner-api';
import { Problem } from '../problem';
import type { Switchboard } from '../state/switchboard.svelte';
import { settingsTexts } from '../texts/settings';
import { Access } from './access.svelte';

export class Settings {
  shown = $state.raw<Shown>();
  view = $state.raw<DesktopView>();
  problem = $state<Problem>();
  readonly api: OwnerApi;
  readonly access: Access;

  constructor(
    private readonly switchboard: Switchboard,
    readonly desktop: Desktop,
  ) {
    this.api = new OwnerApi(switchboard.api);
    this.access = new Access(this.api, switchboard.toasts);
  }

  async refresh(): Promise<void> {
    try {
      [this.shown, this.view] = await Promise.all([this.api.settings(), this.desktop.view()]);
      this.problem = undefined;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }

  /** Makes a change and reloads the settings; `false` if it failed. */
  async change(make: () => Promise<unknown>, said: string = settingsTexts.kept): Promise<boolean> {
    try {
      await make();
    } catch (thrown) {
      this.switchboard.toasts.complain(thrown);
      return false;
    }
    this.switchboard.toasts.say(said);
    await this.refresh();
    return true;
  }
}
