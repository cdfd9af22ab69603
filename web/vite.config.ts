/**
 * Builds the explorer page into dist/web (`npm run build:web`). Everything the page needs, editor workers and
 * fonts included, becomes a hashed file under /explorer/assets, so that the page works offline and under a
 * strict Content-Security-Policy. The default export is what Vite asks of its configuration file.
 */
import { defineConfig } from 'vite';

// React's development build is twice the size; a NODE_ENV of the caller (Jest's, say) must not choose it.
process.env.NODE_ENV = 'production';

export default defineConfig({
  base: '/explorer/',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined as a data: address: the policy then needs no exception for fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor is one chunk of several megabytes and is loaded after the page is drawn.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    // React libraries carry "use client" lines, which mean nothing in a page without server rendering.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
});
