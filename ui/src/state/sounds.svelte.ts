import type { AddedSound, Api, Sound } from '../api';

/** In bytes; the server's limit for a file to convert. */
export const MAX_RECORDING = 32 * 1024 * 1024;

const TYPES = { mp3: 'audio/mpeg', wav: 'audio/wav' } as const;

export class Sounds {
  list = $state.raw<Sound[]>();
  playing = $state<string>();
  #audio: HTMLAudioElement | undefined;

  constructor(private readonly api: Api) {}

  async refresh(): Promise<void> {
    this.list = await this.api.sounds();
  }

  async add(file: File): Promise<AddedSound> {
    const added = await this.api.addSound(file.name.replace(/\.[^.]*$/, ''), file);
    await this.refresh();
    return added;
  }

  async remove(id: string): Promise<void> {
    await this.api.deleteSound(id);
    await this.refresh();
  }

  async hear(id: string): Promise<void> {
    const again = this.playing === id;
    this.hush();
    if (again) return;
    this.playing = id;
    const { audio, kind } = await this.api.sound(id);
    this.#audio = new Audio(`data:${TYPES[kind]};base64,${audio}`);
    this.#audio.addEventListener('ended', () => this.hush());
    await this.#audio.play();
  }

  hush(): void {
    this.#audio?.pause();
    this.#audio = undefined;
    this.playing = undefined;
  }
}
