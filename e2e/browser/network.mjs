// Hosts connected by a switch, on this machine: network namespaces whose cables can be unplugged, and a switch that can
// drop packets. This machine's own network isn't touched. Needs root.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { openBrowser } from './browser.mjs';
import { endAfterTests } from './leftovers.mjs';

const AGENT = fileURLToPath(new URL('network-agent.mjs', import.meta.url));
const MARK = 'bsp-test';
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PATIENCE_MS = 60_000;

const QUIETLY = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
const ip = (...rest) => execFileSync('ip', rest, QUIETLY);
const bridge = (...rest) => execFileSync('bridge', rest, QUIETLY);

/** Why there can't be such a network here, or false; for the option `skip` of a test. */
export const noNetwork = whyNot();

let networks = 0;
const open = new Set();
// Also when a test fails or is interrupted.
process.on('exit', () => open.forEach((network) => network.remove()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** Connects hosts with these names and addresses: `{ desk: '10.87.0.1' }`. */
export async function openNetwork(addresses) {
  networks += 1;
  const prefix = `${MARK}-${process.pid}-${networks}`;
  const hub = `${prefix}-switch`;
  const names = Object.keys(addresses);
  const network = {
    remove: () => [hub, ...names.map((name) => `${prefix}-${name}`)].forEach(removeSpace),
  };
  open.add(network);
  ip('netns', 'add', hub);
  ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge');
  ip('-n', hub, 'link', 'set', 'switch', 'up');
  const hosts = {};
  for (const name of names) hosts[name] = addHost(name, `${prefix}-${name}`, hub, addresses[name]);
  const isClosed = endAfterTests(close);
  await Promise.all(names.map((name) => untilUp(`${prefix}-${name}`)));
  return { ...hosts, close };

  function close() {
    isClosed();
    for (const host of Object.values(hosts)) host.stop();
    network.remove();
    open.delete(network);
  }
}

function addHost(name, space, hub, first) {
  let address = first;
  ip('netns', 'add', space);
  ip('-n', hub, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
  ip('-n', hub, 'link', 'set', name, 'master', 'switch', 'up');
  ip('-n', space, 'link', 'set', 'lo', 'up');
  ip('-n', space, 'address', 'add', `${address}/24`, 'dev', 'eth0');
  // An IPv6 address would be ready a second or two after the link, and browsers abort loading when an address appears
  // (ERR_NETWORK_CHANGED).
  ip('-n', space, 'link', 'set', 'eth0', 'addrgenmode', 'none');
  ip('-n', space, 'link', 'set', 'eth0', 'up');
  const within = ['ip', 'netns', 'exec', space];
  const named = (called) => [...within, 'unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', called];
  const agent = startAgent(within);
  return {
    get address() {
      return address;
    },
    /** The beginning of a command that runs on this host, under this host name. */
    named,
    within: named(name),
    run: (command, ...more) => execFileSync(within[0], [...within.slice(1), command, ...more], QUIETLY),
    fetch: agent.fetch,
    openBrowser: (url, options = {}) =>
      openBrowser(url, {
        ...options,
        async prepare(home) {
          await options.prepare?.(home);
          const program = join(home, 'chromium');
          writeFileSync(program, `#!/bin/sh\nexec ${within.join(' ')} '${CHROMIUM}' "$@"\n`);
          chmodSync(program, 0o755);
          return program;
        },
      }),
    unplug: () => ip('-n', hub, 'link', 'set', name, 'down'),
    plugIn: () => ip('-n', hub, 'link', 'set', name, 'up'),
    /** From now on the switch silently drops packets from and to this host. Its neighbor entries are made permanent,
     * so that it doesn't notice either. */
    vanish(...neighbours) {
      for (const neighbour of neighbours) {
        const [{ address: mac }] = JSON.parse(neighbour.run('ip', '-j', 'link', 'show', 'eth0'));
        const known = [neighbour.address, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent'];
        ip('-n', space, 'neighbour', 'replace', ...known);
      }
      bridge('-n', hub, 'link', 'set', 'dev', name, 'state', 'disabled');
    },
    appear: () => bridge('-n', hub, 'link', 'set', 'dev', name, 'state', 'forwarding'),
    moveTo(next) {
      ip('-n', space, 'address', 'delete', `${address}/24`, 'dev', 'eth0');
      ip('-n', space, 'address', 'add', `${next}/24`, 'dev', 'eth0');
      address = next;
    },
    stop: agent.stop,
  };
}

/** The kernel takes up to a second to report a link as up, and browsers abort loading when it does. */
async function untilUp(space) {
  for (const begun = Date.now(); ; await sleep(50)) {
    const [{ operstate }] = JSON.parse(ip('-n', space, '-j', 'link', 'show', 'eth0'));
    if (operstate === 'UP') return;
    if (Date.now() - begun > PATIENCE_MS) throw new Error(`the link of ${space} is ${operstate}`);
  }
}

function startAgent(within) {
  const [command, ...rest] = [...within, process.execPath, AGENT];
  // This agent trusts any certificate; that is for browsers to check.
  const env = {
    ...process.env,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
  };
  const child = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env,
  });
  const waiting = new Map();
  let asked = 0;
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(new Response(answer.text || null, answer));
  });
  child.on('exit', () => waiting.forEach(({ reject }) => reject(new Error('the host is gone'))));
  return {
    fetch: (url, { method, headers, body } = {}) =>
      new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        child.send({
          id: asked,
          url: String(url),
          init: { method, headers, body },
        });
      }),
    stop: () => child.kill(),
  };
}

function removeSpace(space) {
  try {
    ip('netns', 'delete', space);
  } catch {
    // It didn't exist.
  }
}

function whyNot() {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  if (process.getuid() !== 0) return 'only root can make the hosts of this test (network namespaces)';
  const space = `${MARK}-${process.pid}-try`;
  try {
    removeOrphans();
    ip('netns', 'add', space);
    ip('-n', space, 'link', 'add', 'switch', 'type', 'bridge');
    ip('-n', space, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other');
    return false;
  } catch (error) {
    if (!error.syscall && error.status === undefined) throw error;
    const why = String(error.stderr || error.message).trim();
    return `the hosts of this test can’t be made here (network namespaces): ${why}`;
  } finally {
    removeSpace(space);
  }
}

function removeOrphans() {
  for (const line of ip('netns', 'list').split('\n')) {
    const [space] = line.split(' ');
    const of = new RegExp(`^${MARK}-(\\d+)-`).exec(space)?.[1];
    if (of && !isAlive(Number(of))) removeSpace(space);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
