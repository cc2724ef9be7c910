// Looks at the Oracle homes and databases of one machine.
import type { Machine } from '../../contract/machine.ts';
import { absent, type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { askUser, readText } from './ask.ts';
import type { Asking } from './asking.ts';
import { type Captures, readCaptures } from './captures.ts';
import type { Database, DbpatchFacts, Source } from './facts.ts';
import { type HomeLook, lookAtHome } from './home.ts';
import { type DatabaseHere, databasesHere, type Instances, type KnownInstance, lookAtInstances } from './instances.ts';
import { type DatabaseLook, lookAtDatabase } from './registry.ts';
import { type DbpatchSettings, isNamed } from './settings.ts';
import { type Found, type FoundHome, findHomes } from './sources.ts';

export async function observe(
  port: Machine,
  settings: DbpatchSettings,
  signal: AbortSignal,
  earlier?: EarlierLook<DbpatchFacts>,
): Promise<Outcome<DbpatchFacts>> {
  const captures = await readCaptures(port, settings.captureFolder);
  const [found, instances] = await Promise.all([findHomes(port, settings, captures), lookAtInstances(port)]);
  const sids = instances.sids.filter((sid) => !isNamed(sid, settings.ignoreDatabases));
  if (signal.aborted) return ended;
  if (found.homes.length === 0) return withoutHomes(found.sources, sids);
  const [user, users] = await Promise.all([askUser(port), namesOfUsers(port)]);
  const asking: Asking = { port, settings, captures, user, users };
  const here = databases(found, { ...instances, sids }, captures);
  const homes: HomeLook[] = [];
  // One after the other: each may start a Java machine.
  for (const home of found.homes) {
    const names = here.filter((one) => one.home === home.path).map(({ name }) => name);
    homes.push(
      await lookAtHome(
        asking,
        home,
        names,
        earlier?.facts.homes.find(({ path }) => path === home.path),
      ),
    );
  }
  const looks: DatabaseLook[] = [];
  for (const one of here)
    looks.push(await lookAtDatabase(asking, one, homes.find(({ home }) => home.path === one.home)?.uid ?? null, instances));
  if (signal.aborted) return ended;
  const facts: DbpatchFacts = {
    sources: [...found.sources],
    homes: homes.map(({ home }) => home),
    databases: looks.map(({ database }) => database),
  };
  return observed(facts, readingsOf(port.now(), found.inventoryCapturedMs, homes, looks));
}

const ended = unseen('timeout', 'The look at the Oracle homes was ended before it was complete');

/** That there is no Oracle software is known only where both lists were looked for, and nothing runs that they should have listed. */
function withoutHomes(sources: readonly Source[], sids: readonly string[]): Outcome<never> {
  for (const { state } of sources) if (state.kind === 'unseen') return unseen(state.reason, state.detail);
  if (sids.length > 0) return unseen('unreadable', 'A database runs here, and neither the Oracle inventory nor oratab names its home');
  return absent(
    sources.every(({ state }) => state.kind === 'missing')
      ? 'There is no Oracle software here: neither /etc/oraInst.loc nor /etc/oratab exists'
      : 'The Oracle inventory and oratab list no home',
  );
}

/** Databases by their home as the inventory has it, whichever path oratab takes to it. */
function databases(found: Found, instances: Instances, captures: Captures): readonly DatabaseHere[] {
  const listed = new Map(found.homes.flatMap((home) => [home.path, ...home.aliases].map((path) => [path, home.path] as const)));
  const isCandidate = ({ isGrid }: FoundHome): boolean => !isGrid;
  const here = databasesHere(
    found.entries.map((entry) => ({ ...entry, path: listed.get(entry.path) ?? entry.path })),
    instances,
    knownInstances(captures),
    found.homes.filter(isCandidate).map(({ path }) => path),
  );
  return here
    .map((one) => ({ ...one, home: one.home === null ? null : (listed.get(one.home) ?? one.home) }))
    .filter((one) => one.home === null || listed.has(one.home));
}

const knownInstances = ({ all }: Captures): readonly KnownInstance[] =>
  all.flatMap(({ of, header, stdout }) => {
    const [sid, home] = [header.get('sid'), header.get('home')];
    const uniqueName = /^database\|[^|\n]*\|([^|\n]+)\|/m.exec(stdout)?.[1] ?? null;
    return of === 'database' && sid !== undefined && home !== undefined ? [{ sid, home, uniqueName }] : [];
  });

async function namesOfUsers(port: Machine): Promise<ReadonlyMap<number, string>> {
  const file = await readText(port, '/etc/passwd');
  const lines = file.kind === 'text' ? file.text.split('\n') : [];
  return new Map(
    lines.flatMap((line) => {
      const [, name, uid] = /^([a-z_][a-z0-9_.-]{0,31}):[^:]*:([0-9]{1,10}):/.exec(line) ?? [];
      return name === undefined ? [] : [[Number(uid), name] as const];
    }),
  );
}

const hourMs = 3_600_000;

function readingsOf(
  now: number,
  inventoryCapturedMs: number | null,
  homes: readonly HomeLook[],
  looks: readonly DatabaseLook[],
): readonly Reading[] {
  const asOf = (subject: string, ms: number | null): readonly Reading[] =>
    ms === null
      ? []
      : [
          { name: 'captureAsOfMs', subject, value: ms },
          { name: 'captureAgeHours', subject, value: (now - ms) / hourMs },
        ];
  return [
    ...asOf('central inventory', inventoryCapturedMs),
    ...homes.flatMap(({ home, capturedMs }) => [
      ...(home.patches.kind === 'seen'
        ? [{ name: 'patchesCount', subject: home.path.slice(0, 256), value: home.patches.patches.length }]
        : []),
      ...asOf(home.path.slice(0, 256), capturedMs),
    ]),
    ...looks.flatMap(({ database, capturedMs }) => [...failedCount(database), ...asOf(database.name, capturedMs)]),
  ];
}

const failedCount = ({ name, registry }: Database): readonly Reading[] =>
  registry.kind === 'seen'
    ? [
        {
          name: 'failedAttemptsCount',
          subject: name,
          value: registry.containers.flatMap(({ patches }) => patches).filter(({ state }) => state.endsWith('failed')).length,
        },
      ]
    : [];
