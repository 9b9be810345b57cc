import react from '@vitejs/plugin-react';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the homeserver: the phone port of `underseal network serve`. */
const SERVER = 'http://127.0.0.1:8440';

/** What is worth compressing; fonts and PNG are so already. */
const TEXT = /\.(js|css|wasm|svg|html|json|webmanifest)$/;

/** Files that the service worker fetches ahead. Only what every phone shows: no font of another script. */
const AHEAD =
  /^(index\.html|manifest\.webmanifest|icon[\w-]*\.(svg|png)|assets\/.*\.(js|css|wasm)|assets\/inter-latin-wght.*woff2)$/;

/**
 * Give the service worker the list of the phone's own files, and lay a .gz beside each that gets smaller by it.
 *
 * The version is the digest over all names, which hold the digests of their contents, and the page.
 */
function shipped(): Plugin {
  return {
    name: 'underseal-shipped',
    apply: 'build',
    writeBundle({ dir }) {
      const root = dir ?? 'dist';
      const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => AHEAD.test(name))
        .sort();
      const version = createHash('sha256');
      for (const name of files) {
        version.update(name).update(readFileSync(join(root, name)));
      }
      const worker = join(root, 'sw.js');
      const written = readFileSync(worker, 'utf8')
        .replace('__VERSION__', version.digest('hex').slice(0, 16))
        .replace(/(['"`])__FILES__\1/, JSON.stringify(files));
      writeFileSync(worker, written);
      for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((each) => TEXT.test(each))) {
        writeFileSync(
          join(root, `${name}.gz`),
          gzipSync(readFileSync(join(root, name)), { level: constants.Z_BEST_COMPRESSION }),
        );
      }
    },
  };
}

export default defineConfig({
  base: '/phone/',
  plugins: [react(), shipped()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  worker: { format: 'es' },
  server: { proxy: { '/_matrix': SERVER, '/_underseal': SERVER } },
  build: {
    // Inlined data: URLs would break the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // The Matrix library is that large, and nothing works without it.
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
