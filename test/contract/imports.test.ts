// Who may import whom. Each ban states its reason, and a violation prints it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface House {
  /** What it is, as a path under src. */
  readonly room: string;
  /** Rooms it may import from; a trailing file name allows that one file. */
  readonly may: readonly string[];
  readonly because: string;
}

const houses: readonly House[] = [
  { room: 'contract', may: [], because: 'everything speaks its words; a leaf cannot be tied into a cycle' },
  { room: 'formats', may: ['contract'], because: 'a reader of a format knows nothing of who reads' },
  {
    room: 'probes',
    may: ['contract', 'formats'],
    because: 'adding a probe touches one folder; what a probe asks, it asks through the port',
  },
  { room: 'judge', may: ['contract'], because: 'any verdict can be given again from saved observations' },
  { room: 'redaction', may: ['contract', 'formats'], because: 'what is secret is secret whoever asked for it' },
  {
    room: 'look',
    may: ['contract', 'redaction'],
    because: 'a look is the same whatever stands behind the port; who looks, and where it is kept, is not its business',
  },
  {
    room: 'machine',
    may: ['contract', 'formats', 'redaction', 'look/trail.ts'],
    because: 'the port answers questions and does not know why they are asked',
  },
  {
    room: 'tenancy',
    may: ['contract', 'formats', 'redaction', 'look/trail.ts'],
    because: 'the port answers questions and does not know why they are asked; what speaks for an agent runs in a process of its own',
  },
  { room: 'store', may: ['contract'], because: 'what is kept does not depend on who keeps it' },
  { room: 'config', may: ['contract', 'probes/registry.generated.ts'], because: 'settings are read before anything runs' },
  { room: 'server', may: ['contract'], because: 'access, doors and errors are the same for whatever is served' },
  { room: 'server.ts', may: ['contract', 'config', 'server'], because: 'it is given routes; what they answer is not its business' },
  {
    room: 'daemon',
    may: ['contract', 'config', 'server', 'server.ts'],
    because: 'clock, log, signals, doors and systemd are the same for agent and collector, and know neither',
  },
  {
    room: 'watch',
    may: ['contract', 'formats', 'look', 'store', 'daemon'],
    because: 'a subject is looked at in one way, whether an agent looks at its machine or a collector at a region; neither is known here',
  },
  {
    room: 'agent',
    may: ['contract', 'formats', 'machine', 'redaction', 'look', 'judge', 'store', 'watch', 'config', 'server.ts', 'server', 'daemon'],
    because: 'an agent never needs the collector to be there',
  },
  {
    room: 'collector',
    may: ['contract', 'formats', 'tenancy', 'redaction', 'look', 'judge', 'store', 'watch', 'config', 'server.ts', 'server', 'daemon'],
    because: 'a collector looks at no machine: what it knows of one, an agent told it',
  },
  {
    room: 'cli',
    may: [
      'contract',
      'formats',
      'probes/registry.generated.ts',
      'probes/machines.generated.ts',
      'machine',
      'tenancy',
      'redaction',
      'look',
      'judge',
      'config',
      'agent/identity.ts',
      'agent/main.ts',
      'collector/main.ts',
    ],
    because: 'commands are guests at the HTTP door; they look by themselves only where no agent is asked',
  },
  { room: 'web', may: ['contract'], because: 'it runs in a browser and is a guest at the HTTP door, as the commands are' },
  { room: 'main.ts', may: ['cli'], because: 'it turns argv into a command' },
];

/** Modules of Node or npm that only one room may import. */
const reserved: readonly { readonly module: RegExp; readonly rooms: readonly string[]; readonly because: string }[] = [
  {
    module: /^node:child_process$/,
    rooms: ['machine'],
    because: 'only the port starts processes',
  },
  {
    module: /^node:(net|tls|dgram|dns|http|https)(\/|$)/,
    rooms: ['machine', 'cli', 'server', 'server.ts', 'collector/http'],
    because: 'only the port dials; the command line asks the agent, which answers through the server, and the collector has one way out',
  },
  {
    module: /^undici$/,
    rooms: ['collector/http'],
    because: 'one place decides how long a collector waits, how much it reads and whom it trusts',
  },
  { module: /^fastify/, rooms: ['server.ts'], because: 'limits, authentication and error shape are set in one place' },
  { module: /^better-sqlite3$/, rooms: ['store'], because: 'SQL lives in one place' },
  { module: /^node-cron$/, rooms: ['watch', 'config'], because: 'one thing decides when' },
  { module: /^systeminformation$/, rooms: ['machine'], because: 'only the port asks the operating system' },
  {
    module: /^(preact|@preact\/signals|uplot)(\/|$)/,
    rooms: ['web'],
    because: 'only the page has a screen; what runs on a server carries none of it',
  },
  { module: /^oci-/, rooms: ['tenancy'], because: 'one place speaks to the cloud, and loads what it takes when it is first asked' },
];

/** Rooms that must stay pure: no clock, no I/O. `node:crypto` computes and is allowed. */
const pure = ['judge', 'formats'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
  /** What it takes by name; empty for a whole module. */
  readonly names: readonly string[];
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'fixtures' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.test.ts') ? [path] : [];
  });
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\sfrom\s+)?'([^']+)'/g);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map((match) => ({ from: file, to: match[3]!, isTypeOnly: match[1] !== undefined, names: namesIn(match[2] ?? '') })),
    ...[...dynamic].map((match) => ({ from: file, to: match[1]!, isTypeOnly: false, names: [] })),
  ];
}

const namesIn = (clause: string): readonly string[] =>
  (/^\{(.*)\}$/s.exec(clause.trim())?.[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** Parts of Node's network modules that compute and touch nothing. */
const computing = ['isIP', 'isIPv4', 'isIPv6', 'BlockList', 'SocketAddress', 'rootCertificates'];
const isComputing = (one: Import): boolean =>
  (one.to === 'node:net' || one.to === 'node:tls') && one.names.length > 0 && one.names.every((name) => computing.includes(name));

const src = join(root, 'src');
const all = sources(src).flatMap(importsOf);
const inSrc = (path: string): string => relative(src, path);
const roomOf = (path: string): string => path.split('/')[0]!;
const under = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

const ours = all
  .filter((one) => one.to.startsWith('.') && !one.to.endsWith('/package.json'))
  .map((one) => ({ ...one, from: inSrc(one.from), to: inSrc(resolve(dirname(one.from), one.to)) }));
const outside = all.filter((one) => !one.to.startsWith('.')).map((one) => ({ ...one, from: inSrc(one.from) }));

describe('who may import whom', () => {
  it('reads every import (a scan that sees nothing proves nothing)', () => {
    expect(ours.length).toBeGreaterThan(30);
    expect(outside.some((one) => one.to === 'typebox/type')).toBe(true);
  });

  it('every file stands in a known room', () => {
    const rooms = new Set(houses.map((house) => house.room));
    expect([...new Set(sources(src).map((file) => roomOf(inSrc(file))))].filter((room) => !rooms.has(room))).toEqual([]);
  });

  it.each(houses)('$room imports only what it may: $because', ({ room, may }) => {
    const strangers = ours
      .filter((one) => roomOf(one.from) === room && roomOf(one.to) !== room)
      .filter((one) => !may.some((place) => under(one.to, place)));
    expect(strangers.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
  });

  it('probes never import each other: one can be deleted without touching another', () => {
    const probeOf = (path: string): string => path.split('/')[1]!;
    const crossing = ours.filter(
      (one) =>
        roomOf(one.from) === 'probes' &&
        roomOf(one.to) === 'probes' &&
        !one.from.endsWith('.generated.ts') &&
        probeOf(one.from) !== probeOf(one.to),
    );
    expect(crossing.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
  });

  it.each(reserved)('$module is imported where it may be: $because', ({ module, rooms }) => {
    const strangers = outside.filter((one) => module.test(one.to) && !isComputing(one) && !rooms.some((room) => one.from.startsWith(room)));
    expect(strangers.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
  });

  it.each(pure)('%s asks no clock and does no I/O', (room) => {
    const files = sources(join(src, room));
    const askers = files.filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bMath\.random\(|\bset(?:Timeout|Interval)\(/.test(readFileSync(file, 'utf8')),
    );
    const doers = outside.filter(
      (one) => roomOf(one.from) === room && /^node:/.test(one.to) && one.to !== 'node:crypto' && !isComputing(one),
    );
    expect([...askers.map(inSrc), ...doers.map((one) => `${one.from} imports ${one.to}`)]).toEqual([]);
  });

  it('the page imports nothing of Node', () => {
    const strangers = outside.filter((one) => roomOf(one.from) === 'web' && one.to.startsWith('node:'));
    expect(strangers.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
  });

  it('probes never touch the host behind the port’s back', () => {
    const strangers = outside.filter(
      (one) =>
        roomOf(one.from) === 'probes' &&
        !isComputing(one) &&
        /^node:(fs|child_process|net|tls|dgram|dns|http|https|os|process)/.test(one.to),
    );
    expect(strangers.map((one) => `${one.from} imports ${one.to}`)).toEqual([]);
  });

  it('there is no import cycle, types included', () => {
    const next = Map.groupBy(ours, (one) => one.from);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const one of next.get(file) ?? []) visit(one.to, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
