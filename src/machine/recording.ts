// Keeps what a look asked and what was answered, so that each observation explains itself.

import type { LookSource } from '../contract/look-source.ts';
import type { DirectoryListed, ListLimits, Machine, ReadLimits } from '../contract/machine.ts';
import type { TrailEntry } from '../contract/observation.ts';
import { Trail } from '../look/trail.ts';
import { knownSecrets } from '../redaction/known.ts';
import type { MachineSource } from './source.ts';
import { type Answer, answerHead, askedText, statText } from './trail-text.ts';

export interface Recording {
  readonly machine: Machine;
  /**
   * In the order of asking. When there was more than is kept, the last entry says how much. The secrets are taken out
   * here, which costs some 0.1 ms an entry: ask for it when it is kept.
   */
  readonly trail: () => readonly TrailEntry[];
}

/** `clock` gives milliseconds that only grow. */
export function recordingMachine(machine: Machine, clock: () => number): Recording {
  const secrets = knownSecrets();
  const trail = new Trail(clock, secrets.without);
  const note = <A extends Answer>(asked: () => string, ask: () => Promise<A>, limits?: AnswerKept): Promise<A> =>
    trail.note(asked, ask, (answer) => {
      if (limits?.isSecret === true && answer.kind === 'file') secrets.read(answer.bytes);
      const isFailure = answer.kind === 'failed' || (answer.kind === 'dialled' && answer.result !== 'completed');
      return { isFailure, head: () => headOf(answer, limits) };
    });
  const recorded: Machine = {
    now: () => machine.now(),
    uname: () => note(askedText.uname, () => machine.uname()),
    run: (...asked) =>
      note(
        () => askedText.run(...asked),
        () => machine.run(...asked),
        asked[1],
      ),
    readFile: (...asked) =>
      note(
        () => askedText.readFile(...asked),
        () => machine.readFile(...asked),
        asked[1],
      ),
    stat: (...asked) =>
      note(
        () => askedText.stat(...asked),
        () => machine.stat(...asked),
        asked[1],
      ),
    listDirectory: (...asked) =>
      note(
        () => askedText.listDirectory(...asked),
        () => machine.listDirectory(...asked),
        { isSecretName: asked[1].isNameSecret },
      ),
    glob: (...asked) =>
      note(
        () => askedText.glob(...asked),
        () => machine.glob(...asked),
      ),
    realPath: (...asked) =>
      note(
        () => askedText.realPath(...asked),
        () => machine.realPath(...asked),
      ),
    listeners: () => note(askedText.listeners, () => machine.listeners()),
    processes: (...asked) =>
      note(
        () => askedText.processes(...asked),
        () => machine.processes(...asked),
      ),
    lookup: (...asked) =>
      note(
        () => askedText.lookup(...asked),
        () => machine.lookup(...asked),
      ),
    exchangeDns: (...asked) =>
      note(
        () => askedText.exchangeDns(...asked),
        () => machine.exchangeDns(...asked),
      ),
    dial: (...asked) => {
      secrets.sent(asked[0]);
      return note(
        () => askedText.dial(...asked),
        () => machine.dial(...asked),
      );
    },
    digestFile: (...asked) =>
      note(
        () => askedText.digestFile(...asked),
        () => machine.digestFile(...asked),
      ),
    tryCloud: (...asked) =>
      note(
        () => askedText.tryCloud(...asked),
        () => machine.tryCloud(...asked),
      ),
    pause: (ms) => machine.pause(ms),
  };
  return { machine: recorded, trail: () => trail.entries() };
}

/** A machine as looks are given it. */
export const machineLooks = (source: MachineSource): LookSource => ({
  now: () => source.now(),
  open: (signal) => {
    const { machine, trail } = recordingMachine(source.forLook(signal), () => performance.now());
    return { port: machine, trail };
  },
});

/** What of a question's limits says how its answer is kept. */
type AnswerKept = Pick<ReadLimits, 'from' | 'isSecret' | 'isNameSecret'> & { readonly isSecretName?: ListLimits['isNameSecret'] };

function headOf(answer: Answer, { from, isSecret = false, isNameSecret = false, isSecretName }: AnswerKept = {}): string {
  // What a failure says names the path.
  if (isNameSecret && answer.kind === 'failed') return answer.reason;
  if (isSecret && answer.kind === 'file') return secretText;
  if (isSecret && answer.kind === 'exited') return `exit ${answer.code}, its output is kept out of the trail`;
  if (isSecret && answer.kind === 'stat') return statText(answer, 'its size is kept out of the trail');
  return answerHead(
    isSecretName !== undefined && answer.kind === 'directory' ? withoutNames(answer, isSecretName) : answer,
    from === 'end',
  );
}

const withoutNames = (answer: DirectoryListed, isSecretName: (name: string) => boolean): DirectoryListed => ({
  ...answer,
  names: answer.names.map((name) => (isSecretName(name) ? '(kept out of the trail)' : name)),
});

/** Without its size: where a file holds one secret, that is the secret's length. */
const secretText = 'its content is kept out of the trail';
