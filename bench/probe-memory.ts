// What each probe adds to the memory of the bundled agent, and what all nine cost together.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundledAgent, launchEnvironment } from '../test/support/bundled-agent.ts';
import { type Memory, measuredCore, memoryOf, pause, startOn, stop } from './processes.ts';

export interface ProbeMemory {
  readonly configured: string;
  readonly memory: Memory;
}

/** Some looks of each, and what the start left behind is collected by then. */
const settleMs = 30_000;
const every = '5s';

type Checks = Readonly<Record<string, object>>;

export async function measureProbeMemory(): Promise<readonly ProbeMemory[]> {
  execFileSync(process.execPath, ['scripts/build.ts', 'x64'], { stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-memory-'));
  const target = createServer((connection) => connection.on('error', () => {}).end());
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
  try {
    const all = writeWorld(folder, (target.address() as AddressInfo).port);
    const figures: ProbeMemory[] = [{ configured: 'no probe', memory: await memoryWith(folder, {}) }];
    for (const [probe, check] of Object.entries(all)) {
      figures.push({ configured: probe, memory: await memoryWith(folder, { [probe]: check }) });
    }
    return [...figures, { configured: 'all nine', memory: await memoryWith(folder, all) }];
  } finally {
    target.close();
    rmSync(folder, { recursive: true });
  }
}

async function memoryWith(folder: string, checks: Checks): Promise<Memory> {
  const config = join(folder, 'agent.yaml');
  const store = join(mkdtempSync(join(folder, 'store-')), 'agent.db');
  const file = { node: { name: 'bench', role: 'primary' }, listen: { socket: `${store}.sock`, address: null }, store: { file: store } };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ ...file, discover: false, checks }));
  const agent = startOn(measuredCore, bundledAgent(config), launchEnvironment);
  await pause(settleMs);
  if (agent.exitCode !== null) throw new Error(`the agent with ${Object.keys(checks).join(', ')} ended with ${agent.exitCode}`);
  const memory = memoryOf(agent.pid!);
  await stop(agent);
  return memory;
}

/** Something to see for each probe; settings as far as they go without rights and without a network. */
function writeWorld(folder: string, port: number): Checks {
  const put = (name: string, text: string, mode = 0o600): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const certificate = join(folder, 'bench.pem');
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90', '-subj', '/CN=bench.example'];
  execFileSync('openssl', ['req', ...options, '-keyout', `${certificate}.key`, '-out', certificate], { stdio: 'ignore' });
  put('home/bin/sqlplus', '#!/bin/sh\nprintf "\\nSQL*Plus: Release 19.0.0.0.0 - Production\\nVersion 19.23.0.0.0\\n\\n"\n', 0o755);
  put('home/OPatch/version.txt', 'OPATCH_VERSION:12.2.0.1.42\n');
  const files = [
    put('app.env', 'DB_URL=jdbc:oracle:thin:@//db.example:1521/app\nPOOL=20\n'),
    put('app.properties', 'server.port=8443\nmail.host=smtp.example\n'),
    put('app.json', '{"flags":{"split":true},"limits":[1,2,3]}'),
    put('app.yaml', 'spring:\n  datasource: { url: "jdbc:x", pool: 10 }\n'),
    put('app.toml', '[agent]\ninterval = "10s"\n'),
    put('server.xml', '<Server port="8005"><Service name="Catalina"><Connector port="8443"/></Service></Server>'),
  ];
  const nobody = 'http://127.0.0.1:9';
  return {
    kernel: { every },
    monitoring: { every },
    certs: { every, settings: { files: [certificate] } },
    egress: { every, settings: { endpoints: [{ name: 'target', url: `tcp://127.0.0.1:${port}` }] } },
    dns: { every, timeout: every },
    dbpatch: { every, timeout: every, settings: { homes: [join(folder, 'home')] } },
    artifacts: { every, timeout: every, settings: { files: [join(folder, '*.*')], trees: [{ path: join(folder, 'home') }] } },
    settings: { every, settings: { files, fleetKeyFile: put('fleet.key', 'a'.repeat(44)) } },
    access: {
      every,
      timeout: every,
      settings: { buckets: [{ name: 'bench' }], endpoints: { metadata: `${nobody}/opc/v2` }, timeout: '4s' },
    },
  };
}
