import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the server: the port of `underseal serve --port 8420`. */
const SERVER = 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  server: { proxy: { '/api': SERVER, '/login': SERVER } },
  build: {
    // Inlined data: URLs would break the Content-Security-Policy (default-src 'self').
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // The chart library alone is that large; it is fetched with the first chart.
    chunkSizeWarningLimit: 600,
  },
  test: { include: ['tests/**/*.test.ts'] },
});
