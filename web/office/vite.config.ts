import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the server: the office port of `underseal network serve`. */
const SERVER = 'http://127.0.0.1:8441';

const here = (path: string): string => new URL(path, import.meta.url).pathname;

export default defineConfig({
  plugins: [react()],
  // src/desk is a link to the desk's sources, which name each other by "~"; as files of ours they share our packages.
  resolve: { preserveSymlinks: true, alias: { '~': here('./src/desk'), '@': here('./src') } },
  publicDir: here('../desk/public'),
  server: { proxy: { '/api': SERVER, '/login': SERVER } },
  build: {
    // Inlined data: URLs would break the Content-Security-Policy (default-src 'self').
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  test: { include: ['tests/**/*.test.ts'] },
});
