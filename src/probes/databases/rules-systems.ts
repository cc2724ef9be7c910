// What databases run on: DB systems and VM clusters, their nodes, Grid Infrastructure and images.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { regionWords } from '../../formats/region-words.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Change, Facts, Node, System } from './facts.ts';
import { databasePairs } from './pairs.ts';
import { systemTold } from './remedy.ts';
import { sayChange } from './rules-versions.ts';
import type { Settings } from './settings.ts';
import { standingOf } from './standing.ts';
import { compareVersions, readVersion } from './version.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;

interface Pair {
  readonly subject: string;
  readonly guarding: { readonly facts: Facts; readonly system: System };
  readonly leading: { readonly facts: Facts; readonly system: System };
}

/** By the databases on them; those without, by name. */
function systemPairs(standby: Facts, primary: Facts, context: Context): readonly Pair[] {
  const own = regionWords(context.standby.settings.scope, context.primary.settings.scope);
  const theirs = regionWords(context.primary.settings.scope, context.standby.settings.scope);
  const pairs = new Map<string, Pair>();
  for (const { guarding, leading } of databasePairs(standby, primary, context).pairs) {
    if (guarding.system === null || leading.system === null) continue;
    const ofPrimary = guarding.at === 'primary' ? guarding.system : leading.system;
    const pair = {
      subject: theirs.shared(ofPrimary.ocid, ofPrimary.name),
      guarding: { facts: guarding.facts, system: guarding.system },
      leading: { facts: leading.facts, system: leading.system },
    };
    pairs.set(`${guarding.system.ocid} ${leading.system.ocid}`, pair);
  }
  const taken = new Set([...pairs.values()].flatMap(({ guarding, leading }) => [guarding.system.ocid, leading.system.ocid]));
  const free = new Map(standby.systems.entries.map((one) => [`${one.kind} ${own.shared(one.ocid, one.name)}`, one]));
  const named = primary.systems.entries.flatMap((one): readonly Pair[] => {
    const subject = theirs.shared(one.ocid, one.name);
    const twin = free.get(`${one.kind} ${subject}`);
    if (twin === undefined || taken.has(one.ocid) || taken.has(twin.ocid)) return [];
    return [{ subject, guarding: { facts: standby, system: twin }, leading: { facts: primary, system: one } }];
  });
  const ignore = [...context.standby.settings.ignore, ...context.primary.settings.ignore];
  return [...pairs.values(), ...named].filter(({ subject }) => !isLikeAny(subject, ignore));
}

const forSystems =
  (say: (pair: Pair) => (Pick<Draft, 'expected' | 'actual'> & { readonly with?: Draft['with'] }) | null): Rule['judge'] =>
  (standby, primary, context) =>
    systemPairs(standby, primary, context).flatMap((pair) => {
      const said = say(pair);
      const told = systemTold(pair.guarding.facts.region.name, pair.guarding.system);
      return said === null ? [] : [{ subject: pair.subject, ...said, with: { ...told, ...said.with } }];
    });

const parts = {
  gi: { name: 'Grid Infrastructure', behind: 'gi-behind', ahead: 'gi-ahead' },
  image: { name: 'system image', behind: 'image-behind', ahead: 'image-ahead' },
  os: { name: 'operating system', behind: 'os-behind', ahead: 'os-ahead' },
} as const;

type PartName = keyof typeof parts;

const updating = ({ unfinished }: System): readonly Change[] =>
  unfinished.kind === 'seen' ? unfinished.list.filter(({ state }) => state === 'IN_PROGRESS') : [];

const isSettled = ({ guarding, leading }: Pair): boolean =>
  [guarding, leading].every(({ system }) => standingOf(system.state) !== 'changing' && updating(system).length === 0);

/** A DB system tells neither of Grid Infrastructure nor of an image: beside a VM cluster there is nothing to compare. */
const isComparable = ({ guarding, leading }: Pair, part: PartName): boolean =>
  part === 'os' || guarding.system.kind === leading.system.kind;

function ordered(pair: Pair, part: PartName): -1 | 0 | 1 {
  const [own, theirs] = [readVersion(pair.guarding.system[part]), readVersion(pair.leading.system[part])];
  if (own === null || theirs === null || !isSettled(pair) || !isComparable(pair, part)) return 0;
  // `8` is Oracle Linux 8, of whatever update.
  const told = part === 'os' && Math.min(own.length, theirs.length) === 1 ? 1 : undefined;
  return compareVersions(own.slice(0, told), theirs.slice(0, told));
}

const partRule = (part: PartName, isBehind: boolean): Rule => ({
  code: `databases/${isBehind ? parts[part].behind : parts[part].ahead}`,
  kind: 'paired',
  severity: isBehind ? 'warning' : 'note',
  title: isBehind
    ? `The ${parts[part].name} of the standby’s system is older than the primary’s`
    : `The ${parts[part].name} of the standby’s system is newer than the primary’s`,
  why: isBehind
    ? 'Databases may be equal all the same; what was mended below them is not mended here.'
    : 'The standby was updated first, as it should be. The primary’s turn comes next.',
  remedy: ({ with: given = {} }) =>
    isBehind
      ? [
          part === 'os' && given.kind === 'db-system'
            ? '# The operating system of a DB system is updated on its nodes, standby first; what the service has for it:'
            : `# Apply one for ${parts[part].name}, its precheck first, of these:`,
          `$ ${given.updates}`,
        ].join('\n')
      : `$ ${given.get}`,
  judge: forSystems((pair) =>
    ordered(pair, part) === (isBehind ? -1 : 1)
      ? {
          expected: `${parts[part].name} ${pair.leading.system[part]}${isBehind ? ' or higher' : ''}`,
          actual: `${pair.guarding.system[part]} (${pair.guarding.facts.region.name})`,
        }
      : null,
  ),
});

const partUnseen: Rule = {
  code: 'databases/system-version-unseen',
  kind: 'paired',
  severity: 'warning',
  title: 'A version of what the standby’s databases run on was not told',
  why: 'The primary’s is known: whether the standby’s is as high is not.',
  remedy: ({ with: given = {} }) => `$ ${given.get}`,
  judge: forSystems((pair) => {
    const { guarding, leading } = pair;
    const blind = (Object.keys(parts) as PartName[]).filter(
      (part) => isComparable(pair, part) && readVersion(leading.system[part]) !== null && readVersion(guarding.system[part]) === null,
    );
    const names = blind.map((part) => parts[part].name).join(', ');
    return blind.length === 0 ? null : { expected: 'a version', actual: `none for ${names} (${guarding.facts.region.name})` };
  }),
};

const nodesOf = ({ guarding: { system } }: Pair): readonly Node[] => (system.nodes.kind === 'seen' ? system.nodes.list : []);

const isDown = ({ state }: Node): boolean => standingOf(state) === 'down';

const nodeRule = (isWhole: boolean): Rule => ({
  code: isWhole ? 'databases/nodes-stopped' : 'databases/node-stopped',
  kind: 'paired',
  severity: isWhole ? 'blocker' : 'warning',
  title: isWhole ? 'No node of the standby’s system is running' : 'A node of the standby’s system is not running',
  why: isWhole
    ? 'The system is AVAILABLE all the same. No redo is applied, and there is nothing to switch to.'
    : 'The database goes on with less than it was made for.',
  remedy: ({ with: given = {} }) => `$ oci db node start --region ${given.region} --db-node-id ${given.node}\n$ ${given.get}`,
  judge: forSystems((pair) => {
    const nodes = nodesOf(pair);
    const down = nodes.filter(isDown);
    if (down.length === 0 || (down.length === nodes.length) !== isWhole) return null;
    const actual = `${down.map(({ name, state }) => `node ${name} ${state}`).join(', ')} (${pair.guarding.facts.region.name})`;
    return { expected: 'AVAILABLE', actual, with: { node: shellWord(down[0]!.ocid || '<node>') } };
  }),
});

const nodesUnseen: Rule = {
  code: 'databases/nodes-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether the nodes of the standby’s system run is not known',
  why: 'A system shows AVAILABLE with all of its nodes stopped.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region:',
      '# Allow dynamic-group <collector> to inspect db-nodes in compartment <compartment>',
      `$ ${given.get}`,
    ].join('\n'),
  judge: forSystems((pair) => {
    const { system, facts } = pair.guarding;
    if (system.nodes.kind === 'unseen') return { expected: 'its nodes seen', actual: `${system.nodes.detail} (${facts.region.name})` };
    const passing = nodesOf(pair).filter(({ state }) => standingOf(state) === 'changing');
    const said = passing.map(({ name, state }) => `node ${name} ${state || 'in no state that was told'}`).join(', ');
    if (passing.length > 0) return { expected: 'AVAILABLE', actual: `${said} (${facts.region.name})` };
    // Machines are added to a VM cluster and taken out of it while it is in use: its two figures need not be of one moment.
    const [seen, wanted] = [system.nodes.list.length, system.kind === 'db-system' ? Math.max(1, system.nodeCount ?? 1) : 1];
    const isShort = seen < wanted && standingOf(system.state) === 'there';
    return isShort ? { expected: `all of its nodes seen: ${wanted}`, actual: `${seen} seen (${facts.region.name})` } : null;
  }),
};

const nodeReboot: Rule = {
  code: 'databases/node-reboot-pending',
  kind: 'paired',
  severity: 'warning',
  title: 'A node of the standby’s system waits for a reboot to finish its patches',
  why: 'What was installed is not what runs.',
  remedy: ({ with: given = {} }) => `$ oci db node soft-reset --region ${given.region} --db-node-id ${given.node}`,
  judge: forSystems((pair) => {
    const waiting = nodesOf(pair).filter(({ needsReboot }) => needsReboot === true);
    if (waiting.length === 0) return null;
    const actual = `${waiting.map(({ name }) => name).join(', ')} (${pair.guarding.facts.region.name})`;
    return { expected: 'no reboot pending', actual, with: { node: shellWord(waiting[0]!.ocid || '<node>') } };
  }),
};

const updateFailed: Rule = {
  code: 'databases/update-failed',
  kind: 'paired',
  severity: 'warning',
  title: 'The last update of the standby’s VM cluster did not succeed',
  why: 'Its nodes may be at different levels.',
  remedy: ({ with: given = {} }) =>
    ['# What it failed of is in its update history, under lifecycleDetails', `$ ${given.history}`].join('\n'),
  judge: forSystems(({ guarding: { system, facts } }) => {
    const failed = system.unfinished.kind === 'seen' ? system.unfinished.list.filter(({ state }) => state !== 'IN_PROGRESS') : [];
    return failed.length === 0
      ? null
      : { expected: 'the last update SUCCEEDED', actual: `${failed.map(sayChange).join(', ')} (${facts.region.name})` };
  }),
};

const updatesUnseen: Rule = {
  code: 'databases/updates-unseen',
  kind: 'paired',
  severity: 'warning',
  title: 'Whether the last update of the standby’s VM cluster went well was not seen',
  why: 'A cluster that was updated by half looks like any other.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region:',
      '# Allow dynamic-group <collector> to inspect cloud-vmclusters in compartment <compartment>',
      `$ ${given.get}`,
    ].join('\n'),
  judge: forSystems(({ guarding: { system } }) =>
    system.unfinished.kind === 'unseen' ? { expected: 'its update history', actual: system.unfinished.detail } : null,
  ),
};

const systemChanging: Rule = {
  code: 'databases/system-changing',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A system that databases run on is being changed, or needs attention',
  why: 'What it will be at, and whether it will be there, is known when that has ended.',
  remedy: ({ with: given = {} }) =>
    [
      '# What is being changed ends by itself: look again then. What needs attention does not: its lifecycleDetails say of what',
      `$ ${given.get}`,
      `$ ${given.history}`,
    ].join('\n'),
  judge: forSystems(({ guarding, leading }) => {
    const passing = [guarding, leading].flatMap(({ system, facts }) => [
      ...(standingOf(system.state) === 'changing' ? [`${system.state || 'no state'} in ${facts.region.name}`] : []),
      ...updating(system).map((update) => `${sayChange(update)} in ${facts.region.name}`),
    ]);
    return passing.length === 0 ? null : { expected: 'AVAILABLE on both sides', actual: passing.join(', ') };
  }),
};

const systemDown: Rule = {
  code: 'databases/system-down',
  kind: 'paired',
  severity: 'blocker',
  title: 'The system that a standby’s databases run on is not there to take over',
  why: 'What failed or is being terminated runs nothing.',
  remedy: ({ with: given = {} }) => `$ ${given.get}`,
  judge: forSystems(({ guarding: { system, facts } }) =>
    standingOf(system.state) === 'down' ? { expected: 'AVAILABLE', actual: `${system.state} (${facts.region.name})` } : null,
  ),
};

const systemUnseen: Rule = {
  code: 'databases/system-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The system that a standby database runs on was not seen',
  why: 'Whether its nodes run is not known.',
  remedy: ({ with: given = {} }) =>
    [
      '# Name its compartment under the regions of the group in the fleet file, and let the collector see it:',
      '# Allow dynamic-group <collector> to inspect db-systems in compartment <compartment>',
      '# Allow dynamic-group <collector> to inspect cloud-vmclusters in compartment <compartment>',
      `$ oci db database get --region ${given.region} --database-id ${given.database}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap(({ subject, guarding: { system, facts, database } }) =>
      system !== null
        ? []
        : [
            {
              subject,
              expected: 'its DB system or VM cluster seen',
              actual: `${database.system ?? 'none'} is not among what was seen in ${facts.region.name}`,
              with: { region: shellWord(facts.region.name), database: shellWord(database.ocid) },
            },
          ],
    ),
};

export const systemRules: readonly Rule[] = [
  ...(Object.keys(parts) as PartName[]).flatMap((part) => [partRule(part, true), partRule(part, false)]),
  partUnseen,
  nodeRule(true),
  nodeRule(false),
  nodesUnseen,
  nodeReboot,
  updateFailed,
  updatesUnseen,
  systemChanging,
  systemDown,
  systemUnseen,
];
