/** The sound files that protocols play. */

import type { Api, Sound } from '../api';

/** Of a file, in bytes; the server's. */
export const MAX_SOUND = 10 * 1024 * 1024;

const TYPES = { mp3: 'audio/mpeg', wav: 'audio/wav' } as const;

export class Sounds {
  list = $state.raw<Sound[]>();
  /** What is heard just now. */
  playing = $state<string>();
  #audio: HTMLAudioElement | undefined;

  constructor(private readonly api: Api) {}

  async refresh(): Promise<void> {
    this.list = await this.api.sounds();
  }

  async add(file: File): Promise<Sound> {
    const added = await this.api.addSound(file.name.replace(/\.[^.]*$/, ''), await base64(file));
    await this.refresh();
    return added;
  }

  async remove(id: string): Promise<void> {
    await this.api.deleteSound(id);
    await this.refresh();
  }

  /** Plays one, or stops it if it is heard already. */
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

async function base64(file: File): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(file);
  });
  return address.slice(address.indexOf(',') + 1);
}
