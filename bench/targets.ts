// What both sides look at: a TLS server and a name server of Debian's, and the peer that looks at them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DialRequest, DnsRequest } from '../src/contract/machine.ts';
import { needsPackages } from '../test/support/packages.ts';
import { otherCore, startOn, untilListening } from './processes.ts';

export interface Targets {
  readonly folder: string;
  readonly tlsPort: number;
  readonly dnsPort: number;
  /** The authority that signed the TLS server's certificate for `target.bench.test`. */
  readonly authorityFile: string;
}

const tlsPort = 19443;
const dnsPort = 19053;

export async function startTargets(): Promise<Targets> {
  needsPackages('nginx-light', 'unbound', 'prometheus-blackbox-exporter', 'wrk');
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const authorityFile = makeCertificates(folder);
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder));
  mkdirSync(join(folder, 'temp'));
  startOn(otherCore, ['/usr/sbin/nginx', '-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'nginx.log')]);
  writeFileSync(join(folder, 'unbound.conf'), unboundConfig(folder));
  startOn(otherCore, ['/usr/sbin/unbound', '-d', '-c', join(folder, 'unbound.conf')]);
  await Promise.all([untilListening(tlsPort), untilListening(dnsPort)]);
  return { folder, tlsPort, dnsPort, authorityFile };
}

/** ECDSA P-256, as most of today's servers have; one intermediate less than usual, which favours neither side. */
function makeCertificates(folder: string): string {
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=bench authority', '-days', '30');
  openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=target.bench.test');
  writeFileSync(join(folder, 'server.ext'), 'subjectAltName=DNS:target.bench.test,IP:127.0.0.1\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    'server.ext',
    '-out',
    'server.pem',
  );
  return join(folder, 'ca.pem');
}

const nginxConfig = (folder: string): string => `
daemon off; worker_processes 1; pid ${folder}/nginx.pid; user root;
events { worker_connections 4096; }
http {
  access_log off; keepalive_timeout 0;
  client_body_temp_path ${folder}/temp; proxy_temp_path ${folder}/temp; fastcgi_temp_path ${folder}/temp; uwsgi_temp_path ${folder}/temp; scgi_temp_path ${folder}/temp;
  server {
    listen 127.0.0.1:${tlsPort} ssl backlog=4096;
    ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key;
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
    location / { return 200 "ok"; }
  }
}
`;

const unboundConfig = (folder: string): string => `
server:
  interface: 127.0.0.1@${dnsPort}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${folder}/unbound.pid"
  use-syslog: no
  logfile: "${folder}/unbound.log"
  do-daemonize: no
  # The machine has no way to the root servers, and each look asks for them: without this it would wait for two timeouts.
  local-zone: "." static
  local-data: ". 60 IN NS a.root-servers.net."
  local-data: "target.bench.test. 60 IN A 127.0.0.1"
remote-control:
  control-enable: no
`;

export const blackboxPort = 19115;

/** Prometheus' blackbox_exporter, asking for the same things. */
export async function startBlackbox(targets: Targets, core: string): Promise<number> {
  const config = join(targets.folder, 'blackbox.yml');
  const tls = `tls_config: { ca_file: ${targets.authorityFile}, server_name: target.bench.test }`;
  writeFileSync(
    config,
    `modules:
  tcp: { prober: tcp, timeout: 5s, tcp: { preferred_ip_protocol: ip4 } }
  tls: { prober: tcp, timeout: 5s, tcp: { preferred_ip_protocol: ip4, tls: true, ${tls} } }
  https: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4, ${tls} } }
  dns: { prober: dns, timeout: 5s, dns: { preferred_ip_protocol: ip4, query_name: target.bench.test, query_type: A } }
`,
  );
  const child = startOn(core, [
    '/usr/bin/prometheus-blackbox-exporter',
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${blackboxPort}`,
    '--log.level=error',
  ]);
  await untilListening(blackboxPort);
  return child.pid!;
}

export type Kind = 'tcp' | 'tls' | 'https' | 'dns';

export const kinds: readonly Kind[] = ['tcp', 'tls', 'https', 'dns'];

/** The address at which blackbox_exporter is asked for one probe. */
export function blackboxUrl(kind: Kind, targets: Targets): string {
  const target = {
    tcp: `127.0.0.1:${targets.tlsPort}`,
    tls: `127.0.0.1:${targets.tlsPort}`,
    https: `https://127.0.0.1:${targets.tlsPort}/`,
    dns: `127.0.0.1:${targets.dnsPort}`,
  };
  return `http://127.0.0.1:${blackboxPort}/probe?module=${kind}&target=${encodeURIComponent(target[kind])}`;
}

/** The same question as a check of ours. */
export function checkFor(kind: Kind, targets: Targets): { readonly probe: string; readonly settings: unknown } {
  const port = targets.tlsPort;
  const tls = { authoritiesFile: targets.authorityFile };
  switch (kind) {
    case 'tcp':
      return { probe: 'egress', settings: { endpoints: [{ name: 'target', url: `tcp://127.0.0.1:${port}` }] } };
    case 'tls':
      return { probe: 'egress', settings: { endpoints: [{ name: 'target', url: `tls://127.0.0.1:${port}`, ...tls }] } };
    case 'https':
      return { probe: 'egress', settings: { endpoints: [{ name: 'target', url: `https://127.0.0.1:${port}/`, ...tls }] } };
    case 'dns':
      return { probe: 'dns', settings: { names: [{ name: 'target.bench.test', type: 'A', resolvers: [`127.0.0.1:${targets.dnsPort}`] }] } };
  }
}

/** The same question, put to the machine port. */
export function questionFor(kind: Kind, targets: Targets): DialRequest | Omit<DnsRequest, 'message'> {
  const dialled = { address: '127.0.0.1', port: targets.tlsPort, timeoutMs: 5_000 };
  const tls = { serverName: 'target.bench.test', authoritiesFile: targets.authorityFile };
  switch (kind) {
    case 'tcp':
      return dialled;
    case 'tls':
      return { ...dialled, tls };
    case 'https':
      return { ...dialled, tls, http: { method: 'GET', path: '/', host: 'target.bench.test', headers: {}, bodyBytesMax: 65_536 } };
    case 'dns':
      return { server: '127.0.0.1', port: targets.dnsPort, transport: 'udp', timeoutMs: 5_000 };
  }
}
