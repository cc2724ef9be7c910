// Keeps the roster: the fleet file's members and what discovery finds, looked at again and again, with what is wrong said beside it.
import type { Contact, DiscoveryConfig, FleetConfig } from '../../config/fleet-config.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { HttpClient } from '../http/client.ts';
import type { SightOf } from '../protection-groups/following.ts';
import type { SiteRoles } from '../site-roles.ts';
import { fileSource } from './file-source.ts';
import type { FoundList } from './found.ts';
import { httpSource } from './http-source.ts';
import { createKeeper } from './keeper.ts';
import { membersSource } from './members-source.ts';
import { mergeRoster } from './merge.ts';
import type { Roster, Target } from './roster.ts';
import type { Source } from './source.ts';
import { spokenTroubles, troublesOf } from './troubles.ts';

export interface InventoryParts {
  readonly config: () => FleetConfig;
  readonly roles: SiteRoles;
  /** Of protection groups whose members are nodes. */
  readonly sightOf: SightOf;
  readonly clock: Clock;
  readonly log: Log;
  readonly http: Pick<HttpClient, 'request'>;
  /** Targets or problems are others than before. Never called before `start` is through. */
  readonly onChange: () => void;
}

export interface Inventory {
  /** Looks at every source once. A service that does not answer soon is waited for in the background. */
  start(): Promise<void>;
  /** The fleet file's members are there from the beginning. */
  roster(): Roster;
  /** Roles are others than before, or protection groups were seen again: tells whether that makes other targets. */
  again(): Promise<boolean>;
  /** Takes the configuration as it is now. Sources that are still in it keep what they last named. */
  reload(): Promise<void>;
  stop(): void;
}

/** The fleet file's own nodes are not kept waiting for longer by a service that is down. */
const patienceMs = 2_000;

export function createInventory(parts: InventoryParts): Inventory {
  const { config, clock, log } = parts;
  const keeper = createKeeper(() => config().store.file, clock);
  const announce = announcer(log);
  let running: readonly Running[] = [];
  /** Not while everything is looked at for the first time after a start or a reload. */
  let isSettled = false;
  let merged: Roster = mergeRoster(config(), [], parts.roles);

  const sources = (): readonly Source[] => running.map(({ source }) => source);
  const lists = (): readonly FoundList[] => sources().flatMap((source) => source.lists());

  const problems = (ofSources: readonly string[]): readonly string[] => [...merged.problems, ...ofSources, ...keeper.problems()];

  const rebuild = (): void => {
    const { targets } = merged;
    const next = mergeRoster(config(), running.flatMap(foundFrom), parts.roles);
    merged = { targets: unchangedOf(targets, next.targets), problems: next.problems };
    tell(!isEqual(targets, merged.targets));
  };

  const tell = (isOther: boolean): void => {
    if (!isSettled) return;
    const areOthers = announce(problems(troublesOf(sources())));
    if (isOther || areOthers) parts.onChange();
  };

  const look = async ({ source, stopped }: Running): Promise<void> => {
    const before = markOf(source);
    await source.refresh(stopped.signal);
    if (stopped.signal.aborted) return;
    if (!isEqual(before, markOf(source))) rebuild();
    await keeper.keep(lists);
    if (!stopped.signal.aborted) tell(false);
  };

  const run = async (one: Running): Promise<void> => {
    try {
      await look(one);
    } catch (error) {
      log.error({ detail: error instanceof Error ? error.message : String(error) }, 'a source of discovery could not be looked at');
    }
    if (!one.stopped.signal.aborted) one.cancel = clock.setTimer(one.everyMs, () => void run(one));
  };

  const begin = async (known: readonly FoundList[]): Promise<{ readonly isOther: boolean }> => {
    const before = merged.targets;
    isSettled = false;
    for (const one of running) end(one);
    running = [...membersOf(known, parts), ...config().discover.map((discovery) => begun(discovery, known, parts))];
    rebuild();
    await soon(Promise.all(running.map(run)), clock);
    isSettled = true;
    return { isOther: !isEqual(before, merged.targets) };
  };

  return {
    start: async () => {
      await begin(await keeper.read());
      announce(problems(troublesOf(sources())));
    },
    roster: () => ({ targets: merged.targets, problems: problems(spokenTroubles(sources(), clock.now())) }),
    again: async () => {
      const before = merged.targets;
      for (const { isOfMembers, source, stopped } of running) if (isOfMembers) await source.refresh(stopped.signal);
      rebuild();
      await keeper.keep(lists);
      return !isEqual(before, merged.targets);
    },
    reload: async () => {
      const { isOther } = await begin(lists());
      tell(isOther);
    },
    stop: () => {
      for (const one of running) end(one);
    },
  };
}

interface Running {
  readonly everyMs: number;
  /** How agents that it names are reached. */
  readonly agents: Omit<Contact, 'address'>;
  readonly source: Source;
  readonly isOfMembers: boolean;
  readonly stopped: AbortController;
  cancel: () => void;
}

function begun(discovery: DiscoveryConfig, known: readonly FoundList[], { clock, http }: InventoryParts): Running {
  const source =
    discovery.kind === 'files' ? fileSource({ patterns: discovery.patterns, clock, known }) : httpSource({ discovery, http, clock, known });
  const { everyMs, agents } = discovery;
  return { everyMs, agents, source, isOfMembers: false, stopped: new AbortController(), cancel: () => {} };
}

/** They are read again whenever the regions were looked at; this often so that their age stays true. */
const membersEveryMs = 60_000;

/** Before other discovery: what moves the machines knows them best. */
const membersOf = (known: readonly FoundList[], { config, sightOf, clock }: InventoryParts): readonly Running[] =>
  config().groups.flatMap(({ name, protectionGroup }) => {
    const agents = protectionGroup?.agents ?? null;
    if (agents === null) return [];
    const { port: _, ...way } = agents;
    const source = membersSource({ group: name, config, sightOf, clock, known });
    return [{ everyMs: membersEveryMs, agents: way, source, isOfMembers: true, stopped: new AbortController(), cancel: () => {} }];
  });

function end({ stopped, cancel }: Running): void {
  stopped.abort();
  cancel();
}

const foundFrom = ({ agents, source }: Running) => source.lists().map((list) => ({ source: list.source, agents, found: list.found }));

const markOf = (source: Source): readonly unknown[] => [
  ...source.problems(),
  ...source.lists().flatMap(({ found, trouble, complaints }) => [found, trouble, complaints]),
];

const isEqual = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/** A target of which nothing is said that was not said before is the same object: much hangs on it. */
function unchangedOf(before: readonly Target[], now: readonly Target[]): readonly Target[] {
  const known = new Map(before.map((target) => [target.key, target]));
  return now.map((target) => {
    const same = known.get(target.key);
    return same !== undefined && canonicalJson(same) === canonicalJson(target) ? same : target;
  });
}

/** Logs each problem when it comes and when it goes; true when there are others than before. */
function announcer(log: Log): (problems: readonly string[]) => boolean {
  let said: readonly string[] = [];
  return (problems) => {
    const [come, gone] = [problems.filter((one) => !said.includes(one)), said.filter((one) => !problems.includes(one))];
    for (const problem of come) log.warn({ problem }, 'part of the inventory cannot be used as it is');
    for (const problem of gone) log.info({ problem }, 'part of the inventory is as it should be again');
    said = problems;
    return come.length + gone.length > 0;
  };
}

async function soon(work: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.setTimer(patienceMs, resolve);
  await Promise.race([work, promise]);
  cancel();
}
