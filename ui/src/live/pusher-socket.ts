/** A connection to Pusher that has joined one channel. This is the only file that knows Pusher's library, which is fetched
 * where it is used. */

import Pusher, { type Options } from 'pusher-js';

import type { Heard, PusherApp } from './pusher-line';

/** Without a word for so long, the connection is tried, in milliseconds; and without an answer for so long it is over. */
const ACTIVITY_MS = 30_000;
const PONG_MS = 10_000;

/** Connects, joins the app's channel and goes on trying until the returned function is called. */
export function openSocket(app: PusherApp, heard: Heard): () => void {
  const pusher = new Pusher(app.key, options(app));
  const channel = pusher.subscribe(app.channel);
  channel.bind('pusher:subscription_succeeded', () => heard.joined());
  channel.bind('pusher:subscription_error', () => heard.refused());
  channel.bind_global((name: string, data: unknown) => {
    if (name.startsWith(OURS)) heard.told(name.slice(OURS.length), data);
  });
  // It stays "connected" for a second after it isn't, but says at once that it will connect again.
  pusher.connection.bind('connecting_in', () => heard.away());
  pusher.connection.bind('connecting', () => heard.away());
  pusher.connection.bind('unavailable', () => heard.away());
  // It doesn't try again after these: Pusher doesn't know the app, or this browser no such sockets.
  for (const end of ['disconnected', 'failed']) pusher.connection.bind(end, () => heard.refused());
  return () => {
    channel.unbind_all();
    pusher.connection.unbind_all();
    pusher.disconnect();
    // The library keeps every connection that there ever was, and one that fails is followed by another.
    Pusher.instances = Pusher.instances.filter((instance) => instance !== pusher);
    Pusher.Runtime.getNetwork().unbind_all();
  };
}

/** What the names of the switchboard's messages begin with. */
const OURS = 'BenSpamsPhones:';

function options({ cluster, host }: PusherApp): Options {
  const common: Options = {
    cluster,
    // The page's policy allows this one way to one server.
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
