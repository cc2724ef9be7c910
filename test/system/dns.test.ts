// The dns probe beside dig, over real name servers: BIND with two views and a made-up root, nsd as a true secondary that
// falls behind, unbound as the resolver of each side. All on loopback addresses of their own (127.53.0.0/24), port 53.
// Needs root for that port, and Debian's unbound, nsd, bind9, bind9-dnsutils, iproute2, which it installs.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../src/contract/machine.ts';
import type { EarlierLook } from '../../src/contract/probe.ts';
import { decodeDnsMessage, encodeDnsQuery, presentDnsData } from '../../src/formats/dns-message.ts';
import { exchangeDns } from '../../src/machine/dns-exchange.ts';
import type { DnsFacts } from '../../src/probes/dns/facts.ts';
import { aloneFindings, pairedFindings, type Seen, seeDns, site } from '../support/dns-findings.ts';
import { needsPackages } from '../support/packages.ts';
import { recordedMachine } from '../support/recorded.ts';

const bind = '127.53.0.1';
const nsd = '127.53.0.2';
/** unbound for each side, each of which also asks from that address, by which BIND picks its view. */
const resolvers = { primary: '127.53.0.11', standby: '127.53.0.12', refusing: '127.53.0.13' } as const;
/** Nothing listens there. */
const nobody = '127.53.0.99';

const work = mkdtempSync(join(tmpdir(), 'understudy-dns-'));
const logFile = join(work, 'servers.log');
const running: ChildProcess[] = [];

const soa = (zone: string, serial: number): string => `@ 300 IN SOA ns1.${zone} host.${zone} ${serial} 3600 600 604800 60\n`;

const rootZone = [
  '$TTL 3600',
  '@ IN SOA a.root. host.root. 1 3600 600 604800 60',
  '@ IN NS a.root.',
  `a.root. IN A ${bind}`,
  'shop.test. IN NS ns1.shop.test.',
  'shop.test. IN NS ns2.shop.test.',
  `ns1.shop.test. IN A ${bind}`,
  `ns2.shop.test. IN A ${nsd}`,
  'dead.test. IN NS ns.dead.test.',
  `ns.dead.test. IN A ${resolvers.refusing}`,
  '',
].join('\n');

const longText = Array.from({ length: 12 }, (_, at) => `"${String(at).padStart(2, '0')}${'x'.repeat(240)}"`).join(' ');

const shopZone = (serial: number, db: string): string =>
  [
    '$ORIGIN shop.test.',
    '$TTL 60',
    soa('shop.test.', serial),
    '@ IN NS ns1',
    '@ IN NS ns2',
    `ns1 IN A ${bind}`,
    `ns2 IN A ${nsd}`,
    `db 900 IN CNAME vip`,
    `vip IN A ${db}`,
    'vip IN AAAA 2001:db8::10',
    'same IN A 203.0.113.10',
    'loop IN CNAME pool',
    'pool IN CNAME loop',
    'dangling IN CNAME nowhere',
    '@ IN MX 10 mail',
    '@ IN CAA 0 issue "ca.example"',
    '_db._tcp IN SRV 0 5 1521 vip',
    'web IN HTTPS 1 . alpn=h2',
    'ptr IN PTR vip',
    'text IN TXT "v=1; a=\\"b\\"" "two"',
    `long IN TXT ${longText}`,
    '',
  ].join('\n');

function bindConfig(): string {
  const view = (name: string, clients: string): string =>
    `view "${name}" { match-clients { ${clients} }; recursion no; allow-transfer { any; };
      zone "." { type primary; file "${work}/root.zone"; }; zone "shop.test" { type primary; file "${work}/${name}.zone"; }; };`;
  return `options { directory "${work}"; listen-on port 53 { ${bind}; }; listen-on-v6 { none; }; pid-file "${work}/named.pid"; session-keyfile "${work}/session.key";
      notify no; dnssec-validation no; minimal-responses no; transfer-source ${bind}; };
    controls { };
    ${view('primary', `${resolvers.primary};`)}
    ${view('standby', 'any;')}`;
}

const nsdConfig = (): string =>
  `server:\n  ip-address: ${nsd}\n  port: 53\n  username: ""\n  zonesdir: "${work}/nsd"\n  database: ""\n  pidfile: "${work}/nsd.pid"\n  xfrdfile: "${work}/nsd/xfrd.state"\n  xfrdir: "${work}/nsd"\n  zonelistfile: "${work}/nsd/zone.list"\nremote-control:\n  control-enable: no\nzone:\n  name: "shop.test"\n  zonefile: "shop.zone"\n  request-xfr: AXFR ${bind} NOKEY\n  outgoing-interface: ${nsd}\n`;

const unboundConfig = (address: string, access: string): string =>
  `server:\n  interface: ${address}\n  port: 53\n  outgoing-interface: ${address}\n  do-ip6: no\n  do-not-query-localhost: no\n  access-control: 127.0.0.0/8 ${access}\n  username: ""\n  chroot: ""\n  directory: "${work}"\n  pidfile: ""\n  use-syslog: no\n  logfile: "${work}/unbound-${address}.log"\n  root-hints: "${work}/root.hints"\n  module-config: "iterator"\n  local-zone: "test." nodefault\n  ede: yes\n  num-threads: 1\n  cache-min-ttl: 0\nremote-control:\n  control-enable: no\n`;

function serve(program: string, ...args: readonly string[]): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  running.push(child);
  return child;
}

/** The records of an answer as dig prints them, sorted; names without the last dot, as facts have them. */
function dig(server: string, name: string, type: string, ...more: readonly string[]): string[] {
  const { stdout } = spawnSync('dig', [`@${server}`, name, type, '+noall', '+answer', '+time=2', '+tries=2', ...more], {
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.replaceAll(/\s+/g, ' '))
    .sort();
}

const digData = (server: string, name: string, type: string, ...more: readonly string[]): string[] =>
  dig(server, name, type, ...more)
    .filter((line) => line.split(' ')[3] === type)
    .map((line) => line.split(' ').slice(4).join(' '))
    .sort();

async function until(isTrue: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}; the servers said:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`);
}

let standbyDb = '10.1.0.10';
let named: ChildProcess;

function writeZones(serial: number): void {
  writeFileSync(join(work, 'primary.zone'), shopZone(serial, '10.1.0.10'));
  writeFileSync(join(work, 'standby.zone'), shopZone(serial, standbyDb));
}

beforeAll(async () => {
  needsPackages('unbound', 'nsd', 'bind9', 'bind9-dnsutils', 'iproute2');
  // BIND listens on addresses that an interface has, and lo only has 127.0.0.1 by name.
  execFileSync('ip', ['address', 'add', `${bind}/32`, 'dev', 'lo'], { stdio: 'pipe' });
  mkdirSync(join(work, 'nsd'));
  writeFileSync(join(work, 'root.zone'), rootZone);
  writeFileSync(join(work, 'root.hints'), `. 3600 NS a.root.\na.root. 3600 A ${bind}\n`);
  writeFileSync(join(work, 'named.conf'), bindConfig());
  writeFileSync(join(work, 'nsd.conf'), nsdConfig());
  writeZones(1);
  named = serve('/usr/sbin/named', '-g', '-c', join(work, 'named.conf'));
  await until(() => digData(bind, 'shop.test', 'NS').length === 2, 'BIND');
  serve('/usr/sbin/nsd', '-d', '-c', join(work, 'nsd.conf'));
  await until(() => digData(nsd, 'shop.test', 'NS').length === 2, 'the first transfer to nsd');
  for (const [name, address] of Object.entries(resolvers)) {
    const file = join(work, `unbound-${name}.conf`);
    writeFileSync(file, unboundConfig(address, name === 'refusing' ? 'refuse' : 'allow'));
    serve('/usr/sbin/unbound', '-d', '-c', file);
  }
  await until(() => digData(resolvers.primary, 'same.shop.test', 'A').length === 1, 'unbound of the primary');
  await until(() => digData(resolvers.standby, 'same.shop.test', 'A').length === 1, 'unbound of the standby');
}, 600_000);

afterAll(async () => {
  await Promise.all(
    running.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
    }),
  );
  spawnSync('ip', ['address', 'del', `${bind}/32`, 'dev', 'lo']);
  rmSync(work, { recursive: true, force: true });
});

/** Files as recorded, so that nobody’s resolv.conf leads the questions out of this machine; DNS for real. */
async function machine(): Promise<Machine> {
  const { signal } = new AbortController();
  const recorded = await recordedMachine({ files: { '/etc/resolv.conf': `nameserver ${resolvers.standby}\n`, '/etc/hosts': '' } });
  return { ...recorded.forLook(signal), exchangeDns: (request) => exchangeDns(request, signal) };
}

const look = async (names: readonly object[], earlier?: EarlierLook<DnsFacts>): Promise<Seen> =>
  seeDns(await machine(), { names, timeout: '3s' }, earlier);

const through = (name: string, type: string, server: string, more: object = {}) => ({
  name: `${name}.shop.test`,
  type,
  resolvers: [server],
  ...more,
});

describe('what the probe reads', () => {
  it.each([
    ['vip.shop.test', 'A'],
    ['vip.shop.test', 'AAAA'],
    ['db.shop.test', 'CNAME'],
    ['shop.test', 'NS'],
    ['shop.test', 'SOA'],
    ['shop.test', 'MX'],
    ['shop.test', 'CAA'],
    ['_db._tcp.shop.test', 'SRV'],
    ['ptr.shop.test', 'PTR'],
    ['text.shop.test', 'TXT'],
    ['long.shop.test', 'TXT'],
  ])('of %s %s through unbound is what dig prints', async (name, type) => {
    const { facts } = await look([{ name, type, resolvers: [resolvers.standby] }]);
    const expected = digData(resolvers.standby, name, type).map((text) =>
      type === 'TXT' || type === 'CAA' ? text : text.replaceAll(/\.(?= |$)/g, ''),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(facts.names[0]?.vias[0]?.answer).toMatchObject({ kind: 'answered', data: expected.map((text) => text.slice(0, 1_024)).sort() });
  });

  it('HTTPS records are the bytes that dig prints', async () => {
    const { facts } = await look([through('web', 'HTTPS', resolvers.standby)]);
    const [raw] = digData(resolvers.standby, 'web.shop.test', 'TYPE65', '+unknownformat');
    const text = raw ?? dig(resolvers.standby, 'web.shop.test', 'HTTPS', '+unknownformat')[0]?.split(' ').slice(4).join(' ');
    const answer = facts.names[0]?.vias[0]?.answer;
    expect(answer?.kind === 'answered' && answer.data[0]?.toLowerCase().replaceAll(' ', '')).toBe(text?.toLowerCase().replaceAll(' ', ''));
  });

  it('follows the alias, and says that a long answer came over TCP', async () => {
    const { facts } = await look([through('db', 'A', resolvers.primary), through('long', 'TXT', resolvers.primary)]);
    expect(facts.names[0]?.vias[0]?.answer).toMatchObject({ chain: ['vip.shop.test'], data: ['10.1.0.10'] });
    expect(facts.names[1]?.vias[0]?.answer).toMatchObject({ kind: 'answered', flags: { truncated: true } });
  });

  it('tells the ways of not answering apart', async () => {
    const { facts } = await look([
      through('nowhere', 'A', resolvers.standby),
      through('same', 'AAAA', resolvers.standby),
      { name: 'db.dead.test', type: 'A', resolvers: [resolvers.standby] },
      through('same', 'A', resolvers.refusing),
      through('same', 'A', nobody),
      through('dangling', 'A', resolvers.standby),
    ]);
    expect(facts.names.map(({ vias }) => vias[0]?.answer)).toMatchObject([
      { kind: 'nothing', rcode: 'NXDOMAIN' },
      { kind: 'nothing', rcode: 'NOERROR' },
      { kind: 'failure', rcode: 'SERVFAIL' },
      { kind: 'failure', rcode: 'REFUSED' },
      { kind: 'silent', how: 'nothing-listens' },
      { kind: 'nothing', rcode: 'NXDOMAIN', chain: ['nowhere.shop.test'] },
    ]);
  });

  it('never believes a circle of aliases, whichever way a server tells it', async () => {
    const { facts } = await look([through('loop', 'A', resolvers.standby), through('loop', 'A', bind)]);
    for (const { vias } of facts.names) expect(vias[0]?.answer.kind).toMatch(/^(?:bad|failure)$/);
  });
});

describe('two views and a secondary that falls behind', () => {
  const names = [
    {
      name: 'db.shop.test',
      type: 'A',
      resolvers: [resolvers.standby],
      authoritative: true,
      expect: { maximumTtl: '5m', notWithin: ['10.1.0.0/16'] },
    },
  ];
  const sites = { primary: site('fra', ['10.1.0.0/16']), standby: site('ams', ['10.2.0.0/16']) };

  it('the standby leads to the primary until its view is changed; then nsd is behind, and says so by its serial', async () => {
    const before = await look(names);
    const stale = 'dns/stale-target | db.shop.test A via 127.53.0.12 | outside 10.1.0.0/16 | 10.1.0.10 (127.53.0.12)';
    expect(aloneFindings(before)).toEqual([
      stale,
      'dns/ttl-beyond-budget | db.shop.test A via 127.53.0.12 | at most 300 s | db.shop.test CNAME: 900 s',
    ]);
    expect(before.facts.names[0]?.zone).toMatchObject({ zone: 'shop.test', servers: [{ address: bind }, { address: nsd }] });
    expect(pairedFindings(before, before, sites)).toEqual([
      'dns/leads-to-primary-site | db.shop.test A via 127.53.0.12 | within 10.2.0.0/16 | 10.1.0.10',
    ]);

    standbyDb = '10.2.0.10';
    writeZones(2);
    named.kill('SIGHUP');
    await until(() => digData(bind, 'vip.shop.test', 'A')[0] === '10.2.0.10', 'BIND to have read the changed zone');
    const serials = [bind, nsd].map((server) => Number(digData(server, 'shop.test', 'SOA')[0]?.split(' ')[2]));
    expect(serials).toEqual([2, 1]);
    const atOnce = await look(names, { at: 0, facts: before.facts, readings: before.readings });
    expect(aloneFindings(atOnce).some((finding) => finding.startsWith('dns/secondary-lagging'))).toBe(false);
    const after = await look(names, { at: 0, facts: atOnce.facts, readings: atOnce.readings });
    expect(aloneFindings(after)).toContain('dns/secondary-lagging | shop.test ns2.shop.test (127.53.0.2) | serial 2 | serial 1');
  });

  it('the resolvers of the two sides disagree, as the views do', async () => {
    const { primary, standby } = resolvers;
    const found = await look([
      { name: 'ns1.shop.test', type: 'A', resolvers: [primary, standby] },
      { name: 'vip.shop.test', type: 'A', resolvers: [primary, bind] },
    ]);
    expect(aloneFindings(found)).toEqual([
      `dns/resolvers-disagree | vip.shop.test A via ${primary}, ${bind} | one answer | ${digData(primary, 'vip.shop.test', 'A')[0]} from ${primary}; ${digData(bind, 'vip.shop.test', 'A')[0]} from ${bind}`,
    ]);
  });
});

describe('the codec over what real servers sent', () => {
  it('reads every message whole, and thousands of damaged copies without harm', async () => {
    const questions = [bind, nsd, resolvers.standby].flatMap((server) =>
      ['A', 'TXT', 'SOA', 'NS', 'ANY', 'MX', 'CAA'].map((type) => ({ server, type })),
    );
    for (const { server, type } of questions) {
      const message = encodeDnsQuery({ id: 7, name: 'shop.test', type, recursionDesired: true })!;
      const reply = await exchangeDns({ server, port: 53, transport: 'tcp', message, timeoutMs: 3_000 }, new AbortController().signal);
      if (reply.kind === 'failed') throw new Error(reply.detail);
      expect(decodeDnsMessage(reply.message)).toMatchObject({ kind: 'message', trailingBytes: 0 });
      for (let n = 0; n < 500; n += 1) damageAndRead(reply.message, n);
    }
  });

  /** Deterministic, so that a failure can be found again. */
  function damageAndRead(source: Uint8Array, seed: number): void {
    const copy = source.slice(0, seed % 5 === 0 ? (seed * 31) % source.length : source.length);
    for (let n = 0; n <= seed % 4; n += 1)
      if (copy.length > 0) copy[(seed * 7_919 + n * 104_729) % copy.length] = (seed * 31 + n * 17) % 256;
    const decoded = decodeDnsMessage(copy);
    if (decoded.kind === 'message') for (const { data } of decoded.answers) expect(presentDnsData(data)).toMatch(/^[\x20-\x7e]*$/);
  }
});
