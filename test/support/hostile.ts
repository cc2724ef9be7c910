// Machines on which nothing works, each in its own way: what every probe must come away from with an honest answer.
import type { DialAnswer, Failed, LookupAnswer, Machine } from '../../src/contract/machine.ts';

const now = Date.UTC(2026, 10, 23, 12);

/** What the questions of one hostile machine are answered with. */
interface Answers {
  readonly failed: Failed;
  readonly bytes?: Uint8Array;
  readonly code?: number;
  readonly isMissing?: boolean;
}

const failure = (reason: Failed['reason'], detail: string): Failed => ({ kind: 'failed', reason, detail });

const binary = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 256);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** By name, for the titles of tests. */
export const hostileMachines: Readonly<Record<string, () => Machine>> = {
  'every tool and file is missing': () => answering({ failed: failure('tool-missing', 'no such program'), isMissing: true }),
  'every question is denied': () => answering({ failed: failure('denied', 'permission denied') }),
  'every question runs into its time limit': () => answering({ failed: failure('timeout', 'no answer in time') }),
  'every answer is too long': () => answering({ failed: failure('too-much-output', 'more than allowed') }),
  'every answer is empty': () => answering({ failed: failure('unreadable', 'nothing'), bytes: new Uint8Array(), code: 0 }),
  'every answer is garbage': () => answering({ failed: failure('unreadable', 'garbage'), bytes: binary, code: 0 }),
  'every program fails with a message': () =>
    answering({ failed: failure('unreadable', 'failed'), bytes: new TextEncoder().encode('Error: something went wrong\n'), code: 1 }),
};

function answering(answers: Answers): Machine {
  const file = async () => {
    if (answers.isMissing) return { kind: 'missing' } as const;
    if (answers.bytes === undefined) return answers.failed;
    return {
      kind: 'file',
      bytes: answers.bytes,
      text: text(answers.bytes),
      sizeBytes: answers.bytes.length,
      modifiedMs: now,
      isCut: false,
    } as const;
  };
  const nowhere = async () => (answers.isMissing ? ({ kind: 'missing' } as const) : answers.failed);
  return {
    now: () => now,
    uname: async () => answers.failed,
    run: async () =>
      answers.bytes === undefined ? answers.failed : { kind: 'exited', code: answers.code ?? 0, stdout: text(answers.bytes), stderr: '' },
    readFile: file,
    stat: nowhere,
    listDirectory: nowhere,
    glob: async () => (answers.isMissing ? { kind: 'globbed', paths: [], isCut: false, denied: [] } : answers.failed),
    realPath: nowhere,
    listeners: async () => answers.failed,
    processes: async () => answers.failed,
    lookup: async () => answers.failed,
    exchangeDns: async () => (answers.bytes === undefined ? answers.failed : { kind: 'reply', message: answers.bytes, tookMs: 1 }),
    dial: async () => undialled(answers.failed),
    digestFile: nowhere,
    tryCloud: async () => answers.failed,
    pause: async () => {},
  };
}

const undialled = (failed: Failed): DialAnswer => ({
  kind: 'dialled',
  stage: 'connect',
  result: failed.reason === 'timeout' ? 'timeout' : 'local-error',
  code: '',
  detail: failed.detail,
  localAddress: null,
  timings: { totalMs: 1 },
});

/** Answers nothing until the look is aborted, and then to every question that it ran out of time. */
export function hangingMachine(signal: AbortSignal): Machine {
  const late = failure('timeout', 'the look was aborted');
  const hang =
    <T>(answer: T) =>
    () =>
      new Promise<T>((resolve) => {
        if (signal.aborted) resolve(answer);
        else signal.addEventListener('abort', () => resolve(answer), { once: true });
      });
  return {
    now: () => now,
    uname: hang(late),
    run: hang(late),
    readFile: hang(late),
    stat: hang(late),
    listDirectory: hang(late),
    glob: hang(late),
    realPath: hang(late),
    listeners: hang(late),
    processes: hang(late),
    lookup: hang<LookupAnswer>(late),
    exchangeDns: hang(late),
    dial: hang(undialled(late)),
    digestFile: hang(late),
    tryCloud: hang(late),
    pause: hang(undefined),
  };
}
