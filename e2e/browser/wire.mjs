// The way between a browser and a switchboard, that can be cut or go dead.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Opens one to the switchboard; its `url` is what the browser opens. */
export async function openWire(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  /** Connections on which a stream of updates was asked for. */
  const streams = new Set();
  let asked = 0;
  let muted = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pair = [near, far];
    for (const [from, to] of [pair, pair.toReversed()]) {
      sockets.add(from);
      from.on('close', () => {
        sockets.delete(from);
        streams.delete(from);
        to.destroy();
      });
      from.on('error', () => to.destroy());
      if (muted) from.pause();
    }
    near.on('data', (data) => {
      if (data.includes('GET /api/v1/events')) {
        streams.add(near);
        asked += 1;
      }
      far.write(data);
    });
    far.on('data', (data) => near.write(data));
    if (muted) for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** How many streams are open, and how many were asked for. */
    get streams() {
      return streams.size;
    },
    get asked() {
      return asked;
    },
    /** Nothing gets through any more, and neither end is told: packets vanish. */
    mute() {
      muted = true;
      for (const socket of sockets) socket.pause();
    },
    /** What was sent meanwhile arrives. */
    unmute() {
      muted = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
