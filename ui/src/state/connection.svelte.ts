import type { News } from '../api';
import type { Change, Fallen, Host, LiveBy, LiveNews } from '../host';

export type ConnectionState = 'connecting' | 'live' | 'reconnecting';

interface Follower {
  fold(news: News): void;
  refresh(): Promise<void>;
  refreshOnly(what: Change): Promise<void>;
  isBusy(): boolean;
}

export class Connection {
  state = $state<ConnectionState>('connecting');
  staleSince = $state<Date>();
  by = $state<LiveBy>('switchboard');
  /** Why Pusher isn't used although it was chosen. */
  fallen = $state<Fallen>();
  /** Stops listening; undefined while not listening. */
  #stop: (() => void) | undefined;
  #by: LiveBy = 'switchboard';

  constructor(
    private readonly host: Host,
    private readonly follower: Follower,
    private readonly onBack: () => void = () => undefined,
    private readonly onFallen: (why: Fallen) => void = () => undefined,
  ) {}

  start(by: LiveBy): () => void {
    this.#by = by;
    const look = () => this.#look();
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      this.#hangUp();
    };
  }

  choose(by: LiveBy): void {
    this.#by = by;
    this.fallen = undefined;
    this.#hangUp();
    this.#look();
  }

  /** Listens while the page is visible, or as the host allows when hidden. Coming back reloads everything. */
  #look(): void {
    const { listensHidden } = this.host;
    const wanted =
      !document.hidden ||
      listensHidden === 'always' ||
      (listensHidden === 'during_calls' && this.follower.isBusy());
    if (wanted) this.#stop ??= this.host.live((news) => this.hear(news), this.#by);
    else this.#hangUp();
  }

  #hangUp(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.state = 'connecting';
  }

  hear(news: LiveNews): void {
    switch (news.type) {
      case 'open': {
        const back = this.state === 'reconnecting';
        this.state = 'live';
        this.staleSince = undefined;
        this.by = news.by ?? 'switchboard';
        if (this.by === 'pusher') this.fallen = undefined;
        // The server replays missed events only if it knows where to start; reloading covers the rest.
        void this.follower.refresh();
        if (back && !this.fallen) this.onBack();
        break;
      }
      case 'lost':
        this.staleSince ??= new Date();
        this.state = 'reconnecting';
        break;
      case 'fallen':
        if (this.fallen !== news.why) this.onFallen(news.why);
        this.fallen = news.why;
        break;
      case 'resync':
        void this.follower.refresh();
        break;
      case 'changed':
        void this.follower.refreshOnly(news.what);
        break;
      case 'call':
        this.follower.fold(JSON.parse(news.json) as News);
        if (document.hidden) this.#look();
        break;
      case 'ping':
        break;
    }
  }
}
