// An nginx on a host of network.mjs, with its own configuration and folder, never as the system's service.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { endAfterTests } from './leftovers.mjs';

// ./dev only unpacks it, since installing Debian's package would start a service.
const PROGRAM = [process.env.BSP_NGINX, '/usr/sbin/nginx'].find((path) => path && existsSync(path));
const PATIENCE_MS = 60_000;

export const noNginx = PROGRAM ? false : 'there is no nginx: ./dev setup fetches Debian’s';

/** Starts nginx with these servers on port 443 of the host, as `name`. `site` goes into its `http` block. */
export async function startNginx(host, site, name) {
  const folder = await mkdtemp(join(tmpdir(), 'bsp-nginx-'));
  const certificate = join(folder, 'switchboard.pem');
  const key = join(folder, 'switchboard-key.pem');
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=${name}`;
  const names = ['-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...request.split(' '), ...names], {
    stdio: 'ignore',
  });
  for (const kept of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) await mkdir(join(folder, kept));
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `daemon off;
user root;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
    access_log off;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
${site.replaceAll('/etc/ssl', folder)}
}
`,
  );
  const [command, ...rest] = [
    ...host.within,
    PROGRAM,
    '-p',
    folder,
    '-e',
    `${folder}/error.log`,
    '-c',
    config,
  ];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const isStopped = endAfterTests(stop);
  let code;
  const ended = new Promise((resolve) => child.once('exit', (how) => resolve((code = how ?? 'a signal'))));
  const begun = Date.now();
  while (!existsSync(join(folder, 'pid'))) {
    if (code !== undefined) throw new Error(`nginx ended with ${code}`);
    if (Date.now() - begun > PATIENCE_MS) throw new Error('nginx does not start');
    await sleep(20);
  }
  return { certificate, stop };

  async function stop() {
    isStopped();
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
