// The database patch probe: which Oracle homes there are, at which level, and whether their databases follow.
import { defineProbe } from '../../contract/probe.ts';
import { levelOf, levelText } from './comparison.ts';
import { type DbpatchFacts, DbpatchFactsSchema, type Home } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { DbpatchSettingsSchema, defaultSettings } from './settings.ts';

export const probe = defineProbe({
  id: 'dbpatch',
  title: 'Oracle homes and their patches',
  gap: 'database-patches',
  factsVersion: 1,
  settings: DbpatchSettingsSchema,
  facts: DbpatchFactsSchema,
  readings: {
    patchesCount: 'Patches that opatch lists in a home',
    failedAttemptsCount: 'Patches of which the newest attempt in the dictionary of a database failed',
    captureAsOfMs: 'When that was captured which only an owner may ask (epoch milliseconds)',
    captureAgeHours: 'Hours since that was captured which only an owner may ask',
  },
  defaults: { everyMs: 30 * 60_000, timeoutMs: 10 * 60_000, staleAfterMs: 2 * 3_600_000 },
  example: {
    ...defaultSettings,
    ignoreHomes: ['/u01/app/oracle/product/agent*'],
    ignoreDatabases: ['TEST*'],
    opatchAtLeast: '12.2.0.1.42',
  },
  withoutConfig: { settings: defaultSettings },
  absentOnStandby: 'blocker',
  rules,
  summary,
  observe,
});

function summary({ homes, databases }: DbpatchFacts): string {
  const count = databases.length === 1 ? '1 database' : `${databases.length} databases`;
  return `${homes.map(inShort).join('; ')}; ${count}`;
}

function inShort(home: Home): string {
  if (home.role === 'other') return `other home ${home.path}`;
  const level = levelOf(home);
  const patches = home.patches.kind === 'seen' ? `${home.patches.patches.length} patches` : `patches ${home.patches.kind}`;
  return `${home.role} home ${home.path} ${level === null ? 'of an unseen release' : levelText(level)}, ${patches}`;
}
