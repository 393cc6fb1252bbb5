// SPDX-License-Identifier: Apache-2.0
// PROBITY_SOURCE: the project's root, for the shared texts; PROBITY_OUT: where the pages go. clients/web/build sets both.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { prerender } from './build_steps/prerender.js';
import { pages } from './site.js';

const root = process.env.PROBITY_SOURCE, out = process.env.PROBITY_OUT, web = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

// The one file whose name stays, as the pages that are written without a script name it.
const icon = { name: 'probity-icon', writeBundle() { mkdirSync(join(out, 'assets'), { recursive: true }); copyFileSync(join(web, 'style/icon.svg'), join(out, 'assets/icon.svg')); } };

export default defineConfig({
  root: web,
  base: '/',
  logLevel: 'warn',
  publicDir: false,
  plugins: [icon, prerender({ root, web, out })],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // nothing in data: addresses, which the policy of the pages does not allow for scripts and styles
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: Object.fromEntries(pages.map((page) => [page.name, join(web, page.name, `${page.name}.js`)])),
      output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
    },
  },
});
