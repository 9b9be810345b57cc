import { defineConfig } from 'vitest/config';

import { onePage } from './build/one-page.ts';
import { OLDEST } from './build/oldest.ts';

export default defineConfig({
  plugins: [onePage()],
  build: {
    target: ['es2019', ...OLDEST],
    cssTarget: OLDEST,
    cssCodeSplit: false,
    // Faces go into the page as data.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    modulePreload: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: 'src/main.ts', output: { format: 'iife', entryFileNames: 'reader.js' } },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
