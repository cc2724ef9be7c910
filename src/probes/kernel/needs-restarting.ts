// Asks Red Hat's needs-restarting which core packages were updated since the boot: a hint beside our own computation, never
// instead of it, since it does not know kernel-uek.
import type { Exited, Failed, Machine } from '../../contract/machine.ts';
import { type Argv, runTool, unseenFrom } from './ask.ts';
import { parseNeedsRestarting, type RestartHint } from './boot-parse.ts';
import { type KernelFacts, partUnseen, type RebootMarker } from './facts.ts';

/** What was seen beside it, by which its answer is checked. */
export interface Around {
  /** Epoch milliseconds; null where it could not be seen. */
  readonly bootedAtMs: number | null;
  /** Newest installation of each package, epoch seconds. */
  readonly installedAtS: ReadonlyMap<string, number>;
  /** Of the running kernel. */
  readonly flavour: string;
}

/** As long as the other questions to dnf, which load the same data first. */
const timeoutMs = 90_000;

const spellings: readonly Argv[] = [
  // The plugin reads the rpm database; -C keeps dnf from refreshing its metadata for that.
  ['dnf', '-C', 'needs-restarting', '-r'],
  ['needs-restarting', '-r'],
];

/** Undefined where this system has no such tool, or none that can be started. */
export async function askNeedsRestarting(port: Machine, around: Around): Promise<RebootMarker | undefined> {
  let refused: Failed | undefined;
  for (const argv of spellings) {
    const answer = await runTool(port, argv, timeoutMs);
    if (answer.kind === 'exited') {
      if (!isUnknownCommand(answer)) return markerOf(answer, around);
    } else if (answer.reason !== 'tool-missing' && answer.reason !== 'unreadable') refused ??= answer;
  }
  return refused === undefined ? undefined : unseenFrom(refused);
}

/** dnf without dnf-plugins-core. */
const isUnknownCommand = ({ stdout, stderr }: Exited): boolean => /No such command: needs-restarting/.test(`${stdout}\n${stderr}`);

function markerOf(answer: Exited, around: Around): RebootMarker {
  const hint = parseNeedsRestarting(answer.code, answer.stdout);
  if (hint !== null) return checked(hint, around);
  return /root/i.test(answer.stderr)
    ? partUnseen('denied', 'needs-restarting must be run as root')
    : partUnseen('unparsable', 'needs-restarting printed no verdict');
}

/**
 * It takes the boot time wrongly on some machines (almalinux-deploy issue 177), and calls for a reboot for a kernel of the
 * flavour that does not run: both are left out.
 */
function checked({ isSet, packages }: RestartHint, { bootedAtMs, installedAtS, flavour }: Around): RebootMarker {
  const isOld = (name: string): boolean => {
    const at = installedAtS.get(name);
    return at !== undefined && bootedAtMs !== null && at * 1_000 < bootedAtMs;
  };
  const left = packages.filter((name) => !isOld(name) && !(flavour !== 'rhck' && /^kernel(?:-core)?$/.test(name)));
  return { seen: true, isSet: isSet && (packages.length === 0 || left.length > 0), packages: left };
}

/** Neither a boot nor a package has come since: the earlier answer still holds, and seconds of CPU are saved. */
export function earlierAnswer(earlier: KernelFacts | undefined, now: Pick<KernelFacts, 'packages' | 'bootedAt'>): RebootMarker | undefined {
  if (earlier?.needsRestarting?.seen !== true || !earlier.packages.seen || !now.packages.seen) return undefined;
  const isSameBoot = earlier.bootedAt.seen && now.bootedAt.seen && earlier.bootedAt.at === now.bootedAt.at;
  return isSameBoot && earlier.packages.digest === now.packages.digest ? earlier.needsRestarting : undefined;
}
