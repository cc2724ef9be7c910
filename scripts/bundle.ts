// A program and all that it imports as a few files: instead of a thousand they start faster and stay smaller in memory. What is imported
// lazily becomes a file of its own, so that nobody pays for a command that is not used.
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
export const architectures = ['x64', 'arm64'] as const;

/**
 * esbuild gives a lazily imported CommonJS package as its default export alone (seen with 0.28). Each gets a module in between that
 * names what Node finds in it.
 */
const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z@]/ }, ({ path, kind, namespace }) =>
      kind === 'dynamic-import' && namespace !== 'lazy' && !path.startsWith('node:') ? { path, namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path }) => {
      const names = Object.keys((await import(path)) as object).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
      return { contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`, resolveDir: root };
    });
  },
};

/**
 * An ES import of a built-in module reads every one of its exports, lazy ones too: `node:http` alone then loads undici with
 * web streams, HTTP/2 and WebCrypto, 7 MiB (Node 26.10). Asked for in this way they stay unloaded until somebody uses them.
 */
const builtIns: Plugin = {
  name: 'built-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      const whole = path.replace(/^(node:)?/, 'node:');
      // One that is imported lazily is left to Node: esbuild would give its default export alone.
      return kind === 'dynamic-import' ? { path: whole, external: true } : { path: whole, namespace: 'built-in' };
    });
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => {
      const loaded = `process.getBuiltinModule(${JSON.stringify(path)})`;
      return {
        contents: path === unused ? `module.exports = new Proxy({}, { get: (_, key) => ${loaded}[key] });` : `module.exports = ${loaded};`,
      };
    });
  },
};

/** Fastify asks for it at once and would use it only for a server of a kind that is never opened here: 1 MiB. */
const unused = 'node:http2';

export type Architecture = (typeof architectures)[number];

/**
 * What is started: the program, and the process that it starts to try calls to the cloud. Each is bundled by itself, so that no line
 * of the second is ever loaded with the first.
 */
export const entries = { understudy: 'src/main.ts', 'try-cloud': 'src/tenancy/try/main.ts' } as const;

export type BundledFiles = Metafile['outputs'];

/** Answers what was written, by its path from the project's root. */
export async function bundle(name: keyof typeof entries, architecture: Architecture, outdir: string): Promise<BundledFiles> {
  const { metafile } = await build({
    entryPoints: { [name]: join(root, entries[name]) },
    // What is written, and how it is named, is the same wherever this is started.
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    minify: true,
    // Short names in stack traces, and maps for whoever reads one: esbuild's `keepNames` defines a property on each function, which
    // took 3 MiB; whole names in the source took as much.
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    plugins: [builtIns, lazyPackages],
    alias: { 'better-sqlite3': `better-sqlite3/linux-${architecture}` },
    loader: { '.node': 'copy' },
    // CommonJS packages inside an ES module need a require of their own.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return metafile.outputs;
}
