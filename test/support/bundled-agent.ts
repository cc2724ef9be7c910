// How the packaged agent is started: the bundle, on the flags and with the environment of bin/agent.env.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const settings = new Map(
  [...readFileSync(resolve(root, 'bin/agent.env'), 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name!, value!]),
);
const flagsName = 'UNDERSTUDY_NODE_FLAGS';

/** Made by `npm run build`. */
export const bundle = resolve(root, `dist/linux-${process.arch}/understudy.mjs`);

export const launchFlags: readonly string[] = (settings.get(flagsName) ?? '').split(' ').filter((flag) => flag !== '');

export const launchEnvironment: Readonly<Record<string, string>> = Object.fromEntries([...settings].filter(([name]) => name !== flagsName));

export const bundledAgent = (config: string): readonly string[] => [process.execPath, ...launchFlags, bundle, 'agent', '--config', config];
