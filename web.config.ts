// How the dashboard becomes files: one page and what it loads, addressed relative to it, so that it works under any path.
import { join } from 'node:path';
import * as schemas from 'typebox/type';
import { defineConfig, type Plugin } from 'vite';

const root = join(import.meta.dirname, 'src/web');

/** Where the Vite server finds a collector; the built page asks the one that served it. */
const collector = process.env.UNDERSTUDY_COLLECTOR ?? 'http://127.0.0.1:7808';

/**
 * The contract's schemas are what the collector checks answers with; the page takes types and lists from there. A bundler cannot know that
 * to make a schema does nothing else, so that it would keep every one, and TypeBox with them: 40 kB. That a call is pure is said to it, and
 * what is still there where two parts of the page share a list is made of nothing.
 */
const withoutSchemas: Plugin = {
  name: 'without-schemas',
  // Before Vite finds the package itself.
  resolveId: { order: 'pre', handler: (id) => (id === 'typebox/type' ? noSchemas : null) },
  load: (id) =>
    id === noSchemas ? `const none = () => ({});\nexport { ${schemaMakers.map((name) => `none as ${name}`).join(', ')} };` : null,
  transform: {
    filter: { id: /\/src\/contract\/[\w-]+\.ts$/ },
    handler: (code) => code.replaceAll(/\b(?:Type\.\w+|nullable|\w*Schema)\(/g, '/* @__PURE__ */ $&'),
  },
};

const noSchemas = '\0no-schemas';
const schemaMakers = Object.keys(schemas);

/**
 * Which of two rules counts is said by their layers, and which layer counts by where it is first named: so every file names all of them
 * first, whichever the browser has first.
 */
const layersFirst: Plugin = {
  name: 'layers-first',
  transform: { order: 'pre', filter: { id: /\/src\/web\/.*\.css$/ }, handler: (code) => `${layers}\n${code}` },
};

const layers = '@layer tokens, base, parts, views, print, rules;';

export default defineConfig({
  root,
  base: './',
  // A setting of Vite's own environment files would be a second place for settings.
  envDir: false,
  plugins: [withoutSchemas, layersFirst],
  build: {
    outDir: join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // As data: addresses, which the policy that the page is served under forbids.
    assetsInlineLimit: 0,
    // It would be an inline script; every browser that can run the rest preloads by itself.
    modulePreload: { polyfill: false },
    // The first that know light-dark(), by which both themes are written once: all of 2024.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    reportCompressedSize: false,
    rolldownOptions: {
      // It speaks up where the machine is busy.
      checks: { pluginTimings: false },
      output: {
        // One file, and one of styles, for the first view. Each list that two views share would be a file more to ask for.
        codeSplitting: {
          groups: [{ name: 'shell', test: /src\/web\/(api|fleet|format|parts|shell|styles)\/|src\/contract\/|\/@?preact\/|\0/ }],
        },
      },
      treeshake: {
        propertyReadSideEffects: false,
        moduleSideEffects: [{ test: /src\/contract\/|node_modules\/typebox\//, sideEffects: false }],
      },
    },
  },
  server: { proxy: { '/v1': { target: collector } } },
});
