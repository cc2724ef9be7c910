// Two sites and the world outside: each site a small Debian with a real systemd and the shipped units, the world a network namespace with
// a third party (nginx), a firewall (nftables), name servers with a view for each site (BIND), and the collector.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Booted, boot, debianRoot, removeRoot } from './booted.ts';
import { install, project } from './installed.ts';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from './openssl-certificates.ts';

export const siteNames = ['primary', 'standby'] as const;

export type SiteName = (typeof siteNames)[number];

export const worldAddress = '10.99.0.1';
export const siteAddress = { primary: '10.99.1.2', standby: '10.99.2.2' } as const;
export const databaseAddress = { primary: '10.99.1.50', standby: '10.99.2.50' } as const;
/** Reached by nobody whom the firewall drops. */
export const firewalledPort = 8443;
export const everyMs = 3_000;

export interface World {
  readonly sites: Readonly<Record<SiteName, Booted>>;
  readonly folder: string;
  /** The collector's socket. */
  readonly socket: string;
  readonly certificates: CertificateMaker;
  readonly authority: MadeCertificate;
  /** Whom the third party lets in. */
  allow(...networks: readonly string[]): void;
  /** Whose packets the firewall before it drops. */
  drop(...addresses: readonly string[]): void;
  /** Where a site's view of the zone leads. */
  database(site: SiteName, address: string): void;
  /** The application's certificate, as it lies on a site. */
  certificate(site: SiteName, made: MadeCertificate): void;
  restartCollector(): Promise<void>;
  close(): Promise<void>;
}

const token = randomBytes(24).toString('base64url');

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-story-'));
  const namespace = `us${process.pid}-world`;
  const children: ChildProcess[] = [];
  const closers: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    for (const closer of closers.reverse()) await closer();
  };
  try {
    run('ip', 'netns', 'add', namespace);
    closers.push(() => void run('ip', 'netns', 'del', namespace));
    run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    run('ip', '-n', namespace, 'addr', 'add', `${worldAddress}/32`, 'dev', 'lo');
    const certificates = certificateMaker();
    closers.push(() => certificates.remove());
    const authority = certificates.make({ commonName: 'Story CA', isAuthority: true });
    const sites = await bootSites(namespace, certificates, authority, closers);
    const inWorld = (program: string, ...args: readonly string[]): ChildProcess => {
      const child = spawn('ip', ['netns', 'exec', namespace, program, ...args], { stdio: 'ignore' });
      children.push(child);
      return child;
    };
    const world = worldOf({ folder, namespace, sites, certificates, authority, inWorld, close });
    world.allow('10.99.1.0/24', '10.99.2.0/24');
    world.drop();
    for (const site of siteNames) world.database(site, databaseAddress[site]);
    await serveOutside(folder, namespace, inWorld);
    await world.restartCollector();
    return world;
  } catch (error) {
    await close();
    throw error;
  }
}

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 150_000 }).toString();

async function bootSites(
  namespace: string,
  certificates: CertificateMaker,
  authority: MadeCertificate,
  closers: (() => void | Promise<void>)[],
): Promise<Record<SiteName, Booted>> {
  const first = debianRoot();
  install(first);
  const second = `${first}-standby`;
  run('cp', '-a', first, second);
  const roots = { primary: first, standby: second };
  for (const site of siteNames) closers.push(() => removeRoot(roots[site]));
  const boots = await Promise.all(
    siteNames.map(async (site, index) => {
      writeFileSync(join(roots[site], 'etc/machine-id'), `${String(index + 1).repeat(32)}\n`);
      configure(roots[site], site, certificates, authority);
      const booted = await boot(roots[site], [`${project}:/opt/understudy`]);
      closers.push(() => booted.stop());
      return [site, booted] as const;
    }),
  );
  const sites = Object.fromEntries(boots) as Record<SiteName, Booted>;
  for (const [index, site] of siteNames.entries()) connect(namespace, sites[site], index + 1);
  for (const site of siteNames) {
    sites[site].sh('systemd-sysusers && systemd-tmpfiles --create; systemctl daemon-reload; systemctl enable --now shipper.service');
    const started = sites[site].sh('systemctl start understudy-agent.service');
    if (started.code !== 0) throw new Error(sites[site].sh('journalctl -u understudy-agent --no-pager -o cat | tail -n 30').stdout);
  }
  return sites;
}

/** A veth into the container's own network namespace; the other end in the world. */
function connect(namespace: string, { leader }: Booted, net: number): void {
  const link = `us${process.pid}s${net}`;
  const inside = (...args: readonly string[]): void => void run('nsenter', '-t', String(leader), '-n', 'ip', ...args);
  run('ip', 'link', 'add', `${link}w`, 'netns', namespace, 'type', 'veth', 'peer', 'name', `${link}c`);
  run('ip', 'link', 'set', `${link}c`, 'netns', String(leader));
  run('ip', '-n', namespace, 'addr', 'add', `10.99.${net}.1/24`, 'dev', `${link}w`);
  run('ip', '-n', namespace, 'link', 'set', `${link}w`, 'up');
  // The database of each site is an address of the world's, which accepts connections.
  run('ip', '-n', namespace, 'addr', 'add', `10.99.${net}.50/32`, 'dev', 'lo');
  inside('link', 'set', 'lo', 'up');
  inside('addr', 'add', `10.99.${net}.2/24`, 'dev', `${link}c`);
  inside('link', 'set', `${link}c`, 'up');
  inside('route', 'add', 'default', 'via', `10.99.${net}.1`);
}

function configure(root: string, site: SiteName, certificates: CertificateMaker, authority: MadeCertificate): void {
  const etc = join(root, 'etc/understudy');
  mkdirSync(etc, { recursive: true });
  const own = certificates.make({ commonName: `app1-${site}`, names: [`IP:${siteAddress[site]}`], issuer: authority });
  cpSync(own.certificateFile, join(etc, 'agent.crt'));
  cpSync(own.keyFile, join(etc, 'agent.key'));
  run('chmod', '0644', join(etc, 'agent.key'));
  writeFileSync(join(root, 'etc/resolv.conf'), `nameserver ${worldAddress}\noptions timeout:1 attempts:1\n`);
  writeFileSync(
    join(root, 'etc/systemd/system/shipper.service'),
    '[Unit]\nDescription=Ships logs\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
  );
  writeFileSync(join(etc, 'agent.yaml'), agentText(site));
}

const agentText = (site: SiteName): string => `
node: { name: app1-${site}, role: ${site}, group: billing, twin: app1, site: { name: ${site}, networks: [${networkOf(site)}] } }
listen: { address: ${siteAddress[site]}, tls: { certificate: /etc/understudy/agent.crt, key: /etc/understudy/agent.key } }
access:
  tokens: [{ name: collector, sha256: ${createHash('sha256').update(token).digest('hex')}, rights: [read, twin] }]
discover: false
checks:
  egress:
    every: ${everyMs / 1_000}s
    timeout: ${everyMs / 1_000}s
    staleAfter: 5m
    settings:
      endpoints:
        - { name: payments, url: 'http://${worldAddress}/', expect: { status: [200] } }
        - { name: ledger, url: 'tcp://${worldAddress}:${firewalledPort}', timeout: 1s }
  dns:
    every: ${everyMs / 1_000}s
    timeout: ${everyMs / 1_000}s
    staleAfter: 5m
    settings:
      timeout: 500ms
      names: [{ name: db.shop.test, expect: { within: [10.99.0.0/16] } }]
  certs:
    every: ${everyMs / 1_000}s
    timeout: ${everyMs / 1_000}s
    staleAfter: 5m
    settings: { files: [{ path: /etc/app/app.crt }], authorities: [/etc/app/ca.crt], discover: false }
  monitoring:
    every: ${everyMs / 1_000}s
    timeout: ${everyMs / 1_000}s
    staleAfter: 5m
    settings: { describe: [{ name: shipper, unit: shipper.service }], instanceMetadata: false }
`;

export const networkOf = (site: SiteName): string => (site === 'primary' ? '10.99.1.0/24' : '10.99.2.0/24');

interface WorldParts {
  readonly folder: string;
  readonly namespace: string;
  readonly sites: Record<SiteName, Booted>;
  readonly certificates: CertificateMaker;
  readonly authority: MadeCertificate;
  readonly inWorld: (program: string, ...args: readonly string[]) => ChildProcess;
  readonly close: () => Promise<void>;
}

function worldOf({ folder, namespace, sites, certificates, authority, inWorld, close }: WorldParts): World {
  const socket = join(folder, 'collector.sock');
  let collector: ChildProcess | null = null;
  const reload = (pidFile: string): void => void run('sh', '-c', `test ! -s ${pidFile} || kill -HUP "$(cat ${pidFile})"`);
  return {
    sites,
    folder,
    socket,
    certificates,
    authority,
    close,
    allow: (...networks) => {
      writeFileSync(join(folder, 'allow.conf'), `${networks.map((one) => `allow ${one};`).join('\n')}\ndeny all;\n`);
      reload(join(folder, 'nginx.pid'));
    },
    drop: (...addresses) => {
      const rules = addresses.map((one) => `ip saddr ${one} tcp dport ${firewalledPort} drop`).join('\n');
      writeFileSync(
        join(folder, 'rules.nft'),
        `table ip story\ndelete table ip story\ntable ip story {\n  chain input {\n    type filter hook input priority 0; policy accept;\n${rules}\n  }\n}\n`,
      );
      run('ip', 'netns', 'exec', namespace, 'nft', '-f', join(folder, 'rules.nft'));
    },
    database: (site, address) => {
      writeFileSync(join(folder, `${site}.zone`), zoneText(address));
      reload(join(folder, 'named.pid'));
    },
    certificate: (site, made) => {
      const app = join(sites[site].root, 'etc/app');
      mkdirSync(app, { recursive: true });
      cpSync(made.certificateFile, join(app, 'app.crt'));
      cpSync(authority.certificateFile, join(app, 'ca.crt'));
    },
    restartCollector: async () => {
      if (collector !== null) await killed(collector);
      writeFileSync(join(folder, 'agents.token'), token, { mode: 0o600 });
      writeFileSync(join(folder, 'fleet.yaml'), fleetText(folder, authority.certificateFile));
      collector = inWorld(join(project, 'bin/understudy'), 'collector', '--config', join(folder, 'fleet.yaml'));
    },
  };
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGKILL');
  await ended;
}

let serial = 1;

const zoneText = (address: string): string =>
  `$ORIGIN shop.test.\n$TTL 1\n@ IN SOA ns1 host ${serial++} 3600 600 604800 1\n@ IN NS ns1\nns1 IN A ${worldAddress}\ndb IN A ${address}\n`;

const fleetText = (folder: string, authorities: string): string => `
sites:
  fra: { name: primary, networks: [10.99.1.0/24] }
  zrh: { name: standby, networks: [10.99.2.0/24] }
agents: { tokenFile: ${join(folder, 'agents.token')}, authorities: ${authorities} }
poll: { every: 1s, timeout: 1s }
listen: { socket: ${join(folder, 'collector.sock')}, address: 127.0.0.1 }
store: { file: ${join(folder, 'collector.db')} }
receipts: { key: ${join(folder, 'receipts.key')} }
groups:
  billing:
    primary: fra
    expect: { checks: [certs, dns, egress, monitoring] }
    thresholds: { silentAfter: 20s }
    pairs:
      app1: { fra: 'https://${siteAddress.primary}:7807', zrh: 'https://${siteAddress.standby}:7807' }
`;

async function serveOutside(folder: string, namespace: string, inWorld: WorldParts['inWorld']): Promise<void> {
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site/index.html'), 'welcome\n');
  writeFileSync(join(folder, 'nginx.conf'), nginxText(folder));
  writeFileSync(join(folder, 'named.conf'), namedText(folder));
  run('chmod', '-R', 'a+rX', folder);
  inWorld('nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'nginx.log'));
  inWorld('named', '-f', '-4', '-c', join(folder, 'named.conf'));
  const ask = [
    'netns',
    'exec',
    namespace,
    'sh',
    '-c',
    `dig +short +time=1 +tries=1 @${worldAddress} ns1.shop.test | grep -q . && test -s ${folder}/nginx.pid`,
  ];
  for (let turn = 0; turn < 60; turn++) {
    try {
      run('ip', ...ask);
      return;
    } catch {
      await new Promise((again) => setTimeout(again, 500));
    }
  }
  throw new Error('nginx and BIND do not answer in the world');
}

const nginxText = (folder: string): string => `daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen ${worldAddress}:80; root ${folder}/site; include ${folder}/allow.conf; }
  server { listen ${worldAddress}:${firewalledPort}; root ${folder}/site; }
}
`;

const namedText = (folder: string): string => {
  const view = (name: string, clients: string): string =>
    `view "${name}" { match-clients { ${clients}; }; recursion yes; zone "shop.test" { type primary; file "${folder}/${name}.zone"; }; };`;
  return `options { directory "${folder}"; listen-on port 53 { ${worldAddress}; }; listen-on-v6 { none; }; pid-file "${folder}/named.pid";
  session-keyfile "${folder}/session.key"; dnssec-validation no; notify no; forward only; forwarders { 127.0.0.53; }; };
controls { };
${view('primary', '10.99.1.0/24')}
${view('standby', 'any')}
`;
};
