// Takes down every answer that a machine gives, by the question that it answers; the last one stands.
import { posix } from 'node:path';
import type { Machine } from '../../contract/machine.ts';
import { failed } from '../failure.ts';
import type { MachineSource } from '../source.ts';

type Answer<Q extends keyof Machine> = Awaited<ReturnType<Extract<Machine[Q], (...question: never[]) => Promise<unknown>>>>;

export class Notebook {
  uname: Answer<'uname'> | undefined;
  listeners: Answer<'listeners'> | undefined;
  processes: Answer<'processes'> | undefined;
  readonly commands = new Noted<readonly string[], Answer<'run'>>();
  readonly starts = new Noted<string, Answer<'readFile'>>();
  /** Files whose content is a secret as a whole. */
  readonly secrets = new Set<string>();
  /** Files of which the size is a secret, and the content nobody's question. */
  readonly secretSizes = new Set<string>();
  readonly ends = new Noted<string, Answer<'readFile'>>();
  readonly stats = new Noted<string, Answer<'stat'>>();
  readonly listings = new Noted<string, Answer<'listDirectory'>>();
  readonly globs = new Noted<string, Answer<'glob'>>();
  readonly realPaths = new Noted<string, Answer<'realPath'>>();
  readonly lookups = new Noted<{ readonly name: string; readonly family: 0 | 4 | 6 }, Answer<'lookup'>>();
  readonly exchanges = new Noted<Parameters<Machine['exchangeDns']>[0], Answer<'exchangeDns'>>();
  readonly digests = new Noted<string, Answer<'digestFile'>>();
  readonly cloud: (readonly [Parameters<Machine['tryCloud']>[0], Answer<'tryCloud'>])[] = [];
  readonly dials = new Noted<Parameters<Machine['dial']>[0], Answer<'dial'>>();
}

/** Questions told apart by their content, in the order in which they were first asked. */
class Noted<Q, A> {
  readonly #entries = new Map<string, readonly [Q, A]>();

  note(key: string, question: Q, answer: A): A {
    this.#entries.set(key, [question, answer]);
    return answer;
  }

  [Symbol.iterator](): IterableIterator<readonly [Q, A]> {
    return this.#entries.values();
  }
}

const secretNames = failed('unreadable', 'names in it are secret and were not recorded');
const secretOutput = failed('unreadable', 'its output is secret and was not recorded');

/** The same machine, with the notebook at its side. */
export function notedSource(source: MachineSource, notes: Notebook): MachineSource {
  return { now: () => source.now(), forLook: (signal) => notedMachine(source.forLook(signal), notes) };
}

function notedMachine(machine: Machine, notes: Notebook): Machine {
  return {
    now: () => machine.now(),
    pause: (ms) => machine.pause(ms),
    uname: async () => {
      notes.uname = await machine.uname();
      return notes.uname;
    },
    listeners: async () => {
      notes.listeners = await machine.listeners();
      return notes.listeners;
    },
    processes: async (limits) => {
      notes.processes = await machine.processes(limits);
      return notes.processes;
    },
    run: async (argv, limits) => {
      const answer = await machine.run(argv, limits);
      const noted = limits.isSecret === true && answer.kind === 'exited' ? secretOutput : answer;
      notes.commands.note(JSON.stringify([posix.basename(argv[0]), ...argv.slice(1)]), argv, noted);
      return answer;
    },
    readFile: async (path, limits) => {
      if (limits.isNameSecret === true) return machine.readFile(path, limits);
      if (limits.isSecret === true) notes.secrets.add(path);
      const end = limits.from === 'end' ? notes.ends : notes.starts;
      return end.note(path, path, await machine.readFile(path, limits));
    },
    stat: async (path, limits = {}) => {
      const answer = await machine.stat(path, limits);
      if (limits.isSecret === true) notes.secretSizes.add(path);
      return limits.isNameSecret === true ? answer : notes.stats.note(path, path, answer);
    },
    listDirectory: async (path, limits) => {
      const answer = await machine.listDirectory(path, limits);
      const isSecret = answer.kind === 'directory' && limits.isNameSecret !== undefined && answer.names.some(limits.isNameSecret);
      notes.listings.note(path, path, isSecret ? secretNames : answer);
      return answer;
    },
    glob: async (pattern, limits) => notes.globs.note(pattern, pattern, await machine.glob(pattern, limits)),
    realPath: async (path) => notes.realPaths.note(path, path, await machine.realPath(path)),
    lookup: async (name, options) =>
      notes.lookups.note(`${options.family} ${name}`, { name, family: options.family }, await machine.lookup(name, options)),
    exchangeDns: async (request) => {
      // The id is the first two bytes and differs each time.
      const question = Buffer.from(request.message).subarray(2).toString('base64');
      return notes.exchanges.note(
        `${request.server} ${request.port} ${request.transport} ${question}`,
        request,
        await machine.exchangeDns(request),
      );
    },
    dial: async (request) => {
      const { timeoutMs: _, ...particulars } = request;
      return notes.dials.note(JSON.stringify(particulars), request, await machine.dial(request));
    },
    digestFile: async (path, limits) => notes.digests.note(path, path, await machine.digestFile(path, limits)),
    tryCloud: async (request) => {
      const answer = await machine.tryCloud(request);
      notes.cloud.push([request, answer]);
      return answer;
    },
  };
}
