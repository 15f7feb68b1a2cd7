import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { docs } from './docs-pages';

export default defineConfig({
  plugins: [svelte(), docs()],
  build: {
    // Engines with light-dark() and :has(): those of 2024, including WebKitGTK 2.44.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // The page's policy only allows fonts and pictures from files.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // Lazily loaded parts import what they need themselves, also in tests, where there is no page.
      resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []),
    },
  },
  server: {
    // `npm run dev` with a running `bsp serve`. The server refuses requests from other origins, and this page is on
    // another port.
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
