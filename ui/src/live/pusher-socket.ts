/** A connection to Pusher that joins one channel. The only file that knows Pusher's library; it is loaded on demand. */

import Pusher, { type Options } from 'pusher-js';

import type { Heard, PusherApp } from './pusher-line';

/** Silence before a ping, and how long to wait for the pong, in milliseconds. */
const ACTIVITY_MS = 30_000;
const PONG_MS = 10_000;

export function openSocket(app: PusherApp, heard: Heard): () => void {
  const pusher = new Pusher(app.key, options(app));
  const channel = pusher.subscribe(app.channel);
  channel.bind('pusher:subscription_succeeded', () => heard.joined());
  channel.bind('pusher:subscription_error', () => heard.refused());
  channel.bind_global((name: string, data: unknown) => {
    if (name.startsWith(OURS)) heard.told(name.slice(OURS.length), data);
  });
  // It stays "connected" for a second after the loss, but announces the retry at once.
  pusher.connection.bind('connecting_in', () => heard.away());
  pusher.connection.bind('connecting', () => heard.away());
  pusher.connection.bind('unavailable', () => heard.away());
  // It doesn't retry after these: Pusher doesn't know the app, or the browser lacks such sockets.
  for (const end of ['disconnected', 'failed']) pusher.connection.bind(end, () => heard.refused());
  return () => {
    channel.unbind_all();
    pusher.connection.unbind_all();
    pusher.disconnect();
    // The library keeps every connection it ever made; one that fails starts another.
    Pusher.instances = Pusher.instances.filter((instance) => instance !== pusher);
    Pusher.Runtime.getNetwork().unbind_all();
  };
}

const OURS = 'BenSpamsPhones:';

function options({ cluster, host }: PusherApp): Options {
  const common: Options = {
    cluster,
    // The content security policy allows only this transport to one server.
    enabledTransports: ['ws'],
    forceTLS: true,
    activityTimeout: ACTIVITY_MS,
    pongTimeout: PONG_MS,
    channelAuthorization: { endpoint: '/api/pusher_auth', transport: 'ajax' },
  };
  if (!host) return common;
  const { hostname, port, protocol } = new URL(host);
  const https = protocol === 'https:';
  const at = Number(port || (https ? 443 : 80));
  return { ...common, wsHost: hostname, wsPort: at, wssPort: at, forceTLS: https };
}
