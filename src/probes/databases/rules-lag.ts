// How far a standby database is behind its primary.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { type Facts, readingMark } from './facts.ts';
import { type DatabasePair, databasePairs } from './pairs.ts';
import { associations, toldOf } from './remedy.ts';
import type { Settings } from './settings.ts';
import { toldOfMember } from './ties.ts';

type Rule = PairedRule<Facts, Settings>;
type LagName = 'applyLagSeconds' | 'transportLagSeconds';

/** Of pairs that Data Guard ties. */
const forGuarded =
  (say: (pair: DatabasePair, context: PairedContext<Settings>) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const said = pair.isGuarded ? say(pair, context) : null;
      return said === null ? [] : [{ subject: pair.subject, ...said, with: toldOf(pair.guarding) }];
    });

const isTooLate = (pair: DatabasePair, name: LagName): boolean => {
  const lag = lagSecondsOf(pair, name);
  return lag !== null && lag * 1_000 > (parseDurationMs(pair.guarding.side.settings.applyLagMax) ?? 0);
};

/** As either side tells it, the worse; null where none does. */
function lagSecondsOf({ guarding, leading }: DatabasePair, lagName: LagName): number | null {
  const mark = readingMark(guarding.database.ocid);
  const lags = [...guarding.side.readings, ...leading.side.readings].filter(
    ({ name, subject }) => name === lagName && subject.endsWith(mark),
  );
  return lags.length === 0 ? null : Math.max(...lags.map(({ value }) => value));
}

const applyLag: Rule = {
  code: 'databases/apply-lag',
  kind: 'paired',
  severity: 'warning',
  title: 'A standby database is too far behind with applying',
  why: 'What it has not applied has to be applied before it opens, and what has not arrived is lost in a failover.',
  remedy: (draft) => ['# How far: the reading applyLagSeconds of this check, or applyLag in', associations(draft)].join('\n'),
  judge: forGuarded((pair) => {
    const { applyLagMax } = pair.guarding.side.settings;
    return isTooLate(pair, 'applyLagSeconds')
      ? { expected: `at most ${applyLagMax} behind`, actual: `more than ${applyLagMax} behind` }
      : null;
  }),
};

const transportLag: Rule = {
  code: 'databases/transport-lag',
  kind: 'paired',
  severity: 'warning',
  title: 'What a primary database wrote arrives at its standby too late',
  why: 'What has not arrived when the primary is lost is lost with it, however quickly the rest is applied.',
  remedy: (draft) =>
    [
      '# How far: the reading transportLagSeconds of this check, or transportLag in the command below',
      '# Look at the network between the regions, at the archived logs of the primary, and at the space of the standby’s recovery area',
      associations(draft),
    ].join('\n'),
  judge: forGuarded((pair) => {
    const { applyLagMax } = pair.guarding.side.settings;
    return isTooLate(pair, 'transportLagSeconds')
      ? { expected: `at most ${applyLagMax} not arrived`, actual: `more than ${applyLagMax} not arrived` }
      : null;
  }),
};

const lagUntold: Rule = {
  code: 'databases/lag-untold',
  kind: 'paired',
  severity: 'note',
  title: 'How far a standby database is behind was not told',
  why: 'Full Stack DR and the database’s own broker watch it; here the figure is missing.',
  remedy: (draft) => associations(draft),
  judge: forGuarded((pair) => {
    const { database, role } = pair.guarding;
    if (role === 'PRIMARY' || lagSecondsOf(pair, 'applyLagSeconds') !== null) return null;
    return { expected: 'an apply lag', actual: database.lag === 'unreadable' ? 'one that could not be read' : 'none' };
  }),
};

const outdated: Rule = {
  code: 'databases/guard-outdated',
  kind: 'paired',
  severity: 'warning',
  title: 'What OCI says of a standby database is more than a day old',
  why: 'Its last successful look at Data Guard is that long ago: the lag and the readiness that it shows are of then.',
  remedy: (draft) => ['# When it last did is in timeUpdated; see on the standby what its broker says', associations(draft)].join('\n'),
  judge: forGuarded(({ guarding, leading }) => {
    const told = toldOfMember(guarding.database, leading.database);
    return told.length > 0 && told.every(({ isOutdated }) => isOutdated)
      ? { expected: 'refreshed within a day', actual: 'last refreshed more than a day before the look' }
      : null;
  }),
};

export const lagRules: readonly Rule[] = [applyLag, transportLag, lagUntold, outdated];
