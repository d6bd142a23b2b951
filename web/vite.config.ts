import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** Where the answers come from while the page is worked on (`npx vite web`): a `kbgap demo` on its usual port. */
const developedAgainst = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), precompress()],
  // The server puts the nonce of each answer in its place: src/api/page/page-document.ts.
  html: { cspNonce: 'nonce-of-this-answer' },
  build: {
    target: 'es2023',
    outDir: '../dist-web',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy allows no data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': developedAgainst, '/open': developedAgainst } },
});
