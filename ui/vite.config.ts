import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { docs } from './docs-pages';

export default defineConfig({
  plugins: [svelte(), docs()],
  build: {
    // Engines that know light-dark() and :has(): those of 2024, WebKitGTK 2.44 among them.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // The page's policy lets fonts and pictures come from files alone.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // What is fetched later brings what it needs by itself, also where there is no page: the tests read the texts so.
      resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []),
    },
  },
  server: {
    // `npm run dev` beside a running `bsp serve`. The server refuses what another origin's page asks for, and this
    // page is on another port.
    proxy: {
      '/api': {
        target: process.env.BSP_URL ?? 'http://127.0.0.1:9001',
        changeOrigin: true,
        configure: sameOrigin,
      },
    },
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], setupFiles: ['tests/setup.ts'] },
});

function sameOrigin(proxy: {
  on(event: 'proxyReq', listener: (request: { removeHeader(name: string): void }) => void): void;
}) {
  proxy.on('proxyReq', (request) => {
    request.removeHeader('origin');
    request.removeHeader('sec-fetch-site');
  });
}
