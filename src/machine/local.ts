// The machine this runs on.
import type { Machine } from '../contract/machine.ts';
import { failed } from './failure.ts';
import { fileQuestions } from './files.ts';
import { pauseUntil } from './pause.ts';
import type { MachineSource } from './source.ts';
import { treeAt } from './tree.ts';
import { untilAborted } from './until-aborted.ts';

export interface LocalOptions {
  /** Folder under which the machine's files are mounted (`/host` in a container); its programs are then not run. */
  readonly root?: string;
}

/** What few looks ask is loaded when first asked. */
export function localMachine({ root = '/' }: LocalOptions = {}): MachineSource {
  const tree = treeAt(root);
  const digest = kept(async () => (await import('./digest.ts')).digester(tree));
  return {
    now: Date.now,
    forLook: (signal) =>
      untilAborted(
        {
          now: Date.now,
          ...fileQuestions(tree, signal),
          uname: async () => (await import('./uname.ts')).readUname(tree),
          run: async (argv, limits) =>
            root === '/'
              ? (await import('./run.ts')).runProgram(argv, limits, signal)
              : failed('unreadable', `programs of ${root} are not run`),
          listeners: async () => (await import('./listeners.ts')).readListeners(tree, signal),
          processes: async ({ entriesMax }) =>
            (await import('./processes.ts')).readProcesses({ tree, expectsInit: root === '/' }, entriesMax, signal),
          lookup: async (name, options) => (await lookups()).lookup(name, options, signal),
          exchangeDns: async (request) => (await dnsExchanges()).exchangeDns(request, signal),
          digestFile: async (path, limits) => (await digest())(path, limits, signal),
          tryCloud: async (request) =>
            root === '/'
              ? (await import('./cloud.ts')).tryCloud(request, signal)
              : failed('unreadable', `the cloud is not asked for the machine at ${root}`),
          dial: async (request) => (await dials()).dial(request, signal),
          pause: (ms) => pauseUntil(ms, signal),
        } satisfies Machine,
        signal,
      ),
  };
}

/** To import a module again costs more than a query: what is asked most often is kept. */
const kept = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let module: Promise<T> | undefined;
  return () => {
    module ??= load();
    return module;
  };
};

const lookups = kept(() => import('./lookup.ts'));
const dnsExchanges = kept(() => import('./dns-exchange.ts'));
const dials = kept(() => import('./dial.ts'));
