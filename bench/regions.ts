// What looking at two large regions costs, and comparing their rules beside the comparer that is easily written.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { judge } from '../src/judge/judge.ts';
import { probe as network } from '../src/probes/network/index.ts';
import { largeRegion, largeScope, largeSize, type Planted } from '../test/support/large-tenancy.ts';
import { snapshotOf } from '../test/support/oci-cases.ts';
import { measuredCore, otherCore, runOn, startTalking, stop } from './processes.ts';
import { compareNaively, type NaiveFigures } from './regions/naive.ts';

export interface RegionFigures {
  readonly size: typeof largeSize;
  /** Both regions at once, through every region probe, over HTTP. The second round has lists of the first within their time. */
  readonly first: Round;
  readonly second: Round;
  /** The standby beside its primary. */
  readonly judgedMs: number;
  readonly findings: readonly string[];
  /** What the process held before anything was asked, and at most. */
  readonly rssBeforeMiB: number;
  readonly rssPeakMiB: number;
  /** Probe, bytes of its facts as JSON, milliseconds of its look in the second round. */
  readonly facts: readonly (readonly [string, number, number])[];
  readonly comparison: { readonly ours: { readonly tookMs: number; readonly findings: readonly string[] }; readonly naive: NaiveFigures };
}

interface Round {
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly calls: number;
}

const planted: Planted = { withoutRuleOf: 7, detached: 11, withoutPolicy: 3 };
const mebibyte = 1024 ** 2;

export async function measureRegions(): Promise<RegionFigures> {
  const double = startTalking(otherCore, [process.execPath, 'bench/regions/double.ts']);
  const lines = createInterface({ input: double.stdout });
  try {
    const told = JSON.parse((await nextLine(lines)) as string) as { file: string; endpoints: Record<string, string> };
    const looked = JSON.parse(
      await runOn(measuredCore, [process.execPath, 'bench/regions/look.ts', told.file, JSON.stringify(told.endpoints)]),
    );
    const { first, second, judgedMs, findings, sizes, rssBefore, rssPeak } = looked;
    double.stdin.write('\n');
    const calls = (JSON.parse((await nextLine(lines)) as string) as number[]).reduce((sum, one) => sum + one, 0);
    return {
      size: largeSize,
      first: { ...first, calls: calls - looked.secondCalls },
      second: { ...second, calls: looked.secondCalls },
      judgedMs,
      findings,
      rssBeforeMiB: Math.round(rssBefore / mebibyte),
      rssPeakMiB: Math.round(rssPeak / mebibyte),
      facts: sizes,
      comparison: { ours: await compareOurs(), naive: compareNaively(planted) },
    };
  } finally {
    lines.close();
    await stop(double);
  }
}

const nextLine = async (lines: ReturnType<typeof createInterface>): Promise<unknown> => (await once(lines, 'line'))[0];

/** From bodies that are there: what reading and comparing takes, without the network. */
async function compareOurs(): Promise<RegionFigures['comparison']['ours']> {
  const look = (role: 'primary' | 'standby') =>
    snapshotOf({ probe: network, region: largeRegion(role, largeSize, role === 'standby' ? planted : {}), scope: largeScope(role), role });
  const [twin, subject] = await Promise.all([look('primary'), look('standby')]);
  const probes = new Map([[network.id, network]]);
  const began = performance.now();
  const { findings } = judge({ now: subject.takenAt, subject, twin, earlier: [], probes });
  const tookMs = performance.now() - began;
  return { tookMs, findings: findings.filter(({ severity }) => severity !== 'note').map(({ code, subject }) => `${code} ${subject}`) };
}
