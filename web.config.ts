// How the dashboard becomes files: one page and what it loads, addressed relative to it, so that it works under any path.
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = join(import.meta.dirname, 'src/web');

/** Where the Vite server finds a collector; the built page asks the one that served it. */
const collector = process.env.UNDERSTUDY_COLLECTOR ?? 'http://127.0.0.1:7808';

/**
 * The contract's schemas are what the collector checks answers with; the page takes types and lists from there. A bundler cannot know that
 * to make a schema does nothing else, so that it would keep every one, and TypeBox with them: 40 kB.
 */
const withoutSchemas: Plugin = {
  name: 'without-schemas',
  transform: {
    filter: { id: /\/src\/contract\/[\w-]+\.ts$/ },
    handler: (code) => code.replaceAll(/\b(?:Type\.\w+|nullable|\w*Schema)\(/g, '/* @__PURE__ */ $&'),
  },
  generateBundle(_, files) {
    // The mark that TypeBox puts on every schema. Lists of modules are of before the last unused lines are dropped.
    const schema = Object.values(files).find((file) => file.type === 'chunk' && file.code.includes('~kind'));
    if (schema !== undefined) this.error(`TypeBox is in ${schema.fileName}: does a file of src/contract do more than declare?`);
  },
};

export default defineConfig({
  root,
  base: './',
  // A setting of Vite's own environment files would be a second place for settings.
  envDir: false,
  plugins: [withoutSchemas],
  build: {
    outDir: join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // As data: addresses, which the policy that the page is served under forbids.
    assetsInlineLimit: 0,
    // It would be an inline script; every browser that can run the rest preloads by itself.
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: {
        propertyReadSideEffects: false,
        moduleSideEffects: [{ test: /src\/contract\/|node_modules\/typebox\//, sideEffects: false }],
      },
    },
  },
  server: { proxy: { '/v1': { target: collector } } },
});
