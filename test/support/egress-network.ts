// A vendor and two sites in network namespaces of their own: what firewalls and routes really do to a connection.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Outcome } from '../../src/contract/outcome.ts';
import type { Facts } from '../../src/probes/egress/facts.ts';
import type { Settings } from '../../src/probes/egress/settings.ts';

/** The vendor has one address in each family, whichever site asks. */
export const vendorAddress = '10.99.0.1';
export const vendorAddress6 = 'fd99::1';

export type SiteName = 'primary' | 'standby';

export const siteAddress = { primary: '10.99.1.2', standby: '10.99.2.2' } as const;

export interface Look {
  readonly outcome: Outcome<Facts>;
  readonly settings: Settings;
  readonly at: number;
}

export interface EgressNetwork {
  /** Runs `ip` in a site's namespace. */
  ip(site: SiteName, ...args: readonly string[]): void;
  /** The hosts file and resolv.conf that the site's processes see. */
  names(site: SiteName, files: { readonly hosts?: string; readonly resolvConf?: string }): void;
  look(site: SiteName, settings: Partial<Settings>): Look;
  close(): void;
}

const root = resolve(import.meta.dirname, '../..');

/** How the vendor's firewall treats each port. */
export const firewalledPorts = { reset: 9001, portUnreachable: 9002, adminProhibited: 9003, dropped: 9004, hostUnreachable: 9005 } as const;

const ruleset = `table inet vendor {
  chain input {
    type filter hook input priority 0; policy accept;
    tcp dport ${firewalledPorts.reset} reject with tcp reset
    tcp dport ${firewalledPorts.portUnreachable} reject with icmpx type port-unreachable
    tcp dport ${firewalledPorts.adminProhibited} reject with icmpx type admin-prohibited
    tcp dport ${firewalledPorts.hostUnreachable} reject with icmpx type host-unreachable
    tcp dport ${firewalledPorts.dropped} drop
  }
}
`;

const nginxConf = (folder: string): string => `daemon off;
# A worker would outlive its master when that is killed.
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen ${vendorAddress}:80;
    listen [${vendorAddress6}]:80;
    root ${folder}/site;
    location / { allow 10.99.1.0/24; allow fd99:1::/64; deny all; }
    location /everybody { try_files /index.html =404; }
    location /nobody { deny all; }
    location = /ip { return 200 $remote_addr; }
  }
}
`;

/** Needs root, iproute2, nftables and nginx. Whatever was made is taken away by \`close\`, also when opening fails. */
export async function openEgressNetwork(): Promise<EgressNetwork> {
  const tag = `us${process.pid}`;
  const namespaces = { vendor: `${tag}-vendor`, primary: `${tag}-primary`, standby: `${tag}-standby` } as const;
  const folder = mkdtempSync(join(tmpdir(), 'understudy-egress-'));
  const children: ChildProcess[] = [];
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 150_000 }).toString();
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const namespace of Object.values(namespaces)) {
      try {
        run('ip', 'netns', 'del', namespace);
      } catch {
        // It was never made.
      }
      rmSync(join('/etc/netns', namespace), { recursive: true, force: true });
    }
    removeEmpty('/etc/netns');
    rmSync(folder, { recursive: true, force: true });
  };
  const names: EgressNetwork['names'] = (site, { hosts, resolvConf }) => {
    const home = join('/etc/netns', namespaces[site]);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'hosts'), hosts ?? `127.0.0.1 localhost\n${vendorAddress} vendor.test\n`);
    writeFileSync(join(home, 'resolv.conf'), resolvConf ?? `nameserver ${vendorAddress}\noptions timeout:1 attempts:1\n`);
  };
  const network: EgressNetwork = {
    ip: (site, ...args) => void run('ip', '-n', namespaces[site], ...args),
    names,
    look: (site, settings) => {
      const script = join(root, 'test/support/look-at-egress.ts');
      const node = join(root, 'node_modules/.bin/node');
      return JSON.parse(run('ip', 'netns', 'exec', namespaces[site], node, script, JSON.stringify(settings))) as Look;
    },
    close,
  };
  try {
    for (const namespace of Object.values(namespaces)) {
      run('ip', 'netns', 'add', namespace);
      run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    }
    run('ip', '-n', namespaces.vendor, 'addr', 'add', `${vendorAddress}/32`, 'dev', 'lo');
    run('ip', '-n', namespaces.vendor, 'addr', 'add', `${vendorAddress6}/128`, 'dev', 'lo', 'nodad');
    for (const [site, net] of [
      ['primary', 1],
      ['standby', 2],
    ] as const) {
      const link = `${tag}${site[0]}`;
      run(
        'ip',
        'link',
        'add',
        `${link}v`,
        'netns',
        namespaces.vendor,
        'type',
        'veth',
        'peer',
        'name',
        `${link}s`,
        'netns',
        namespaces[site],
      );
      run('ip', '-n', namespaces.vendor, 'addr', 'add', `10.99.${net}.1/24`, 'dev', `${link}v`);
      run('ip', '-n', namespaces.vendor, 'addr', 'add', `fd99:${net}::1/64`, 'dev', `${link}v`, 'nodad');
      run('ip', '-n', namespaces.vendor, 'link', 'set', `${link}v`, 'up');
      run('ip', '-n', namespaces[site], 'addr', 'add', `10.99.${net}.2/24`, 'dev', `${link}s`);
      run('ip', '-n', namespaces[site], 'addr', 'add', `fd99:${net}::2/64`, 'dev', `${link}s`, 'nodad');
      run('ip', '-n', namespaces[site], 'link', 'set', `${link}s`, 'up');
      run('ip', '-n', namespaces[site], 'route', 'add', 'default', 'via', `10.99.${net}.1`);
      names(site, {});
    }
    writeFileSync(join(folder, 'rules.nft'), ruleset);
    run('ip', 'netns', 'exec', namespaces.vendor, 'nft', '-f', join(folder, 'rules.nft'));
    mkdirSync(join(folder, 'site'));
    writeFileSync(join(folder, 'site/index.html'), 'welcome\n');
    writeFileSync(join(folder, 'nginx.conf'), nginxConf(folder));
    children.push(
      spawn('ip', ['netns', 'exec', namespaces.vendor, 'nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
        stdio: 'ignore',
      }),
    );
    await answering(network);
    return network;
  } catch (error) {
    close();
    throw error;
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Others have namespaces of their own.
  }
}

async function answering(network: EgressNetwork): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { outcome } = network.look('primary', { endpoints: [{ name: 'start', url: `tcp://${vendorAddress}:80` }] });
    if (outcome.kind === 'observed' && outcome.facts.endpoints[0]?.results[0]?.class === 'ok') return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('nginx does not answer in its namespace');
}
