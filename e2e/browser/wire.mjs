// A proxy between browser and switchboard that can be cut or go silent.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function openWire(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
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
    get streams() {
      return streams.size;
    },
    get asked() {
      return asked;
    },
    /** Drops everything, and neither end notices: packets vanish. */
    mute() {
      muted = true;
      for (const socket of sockets) socket.pause();
    },
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
