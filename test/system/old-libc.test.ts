// The packages where better-sqlite3's addon cannot be loaded: Debian 11, with glibc 2.31 and the libstdc++ of GCC 10. Oracle Linux 8 has
// 2.28 and that of GCC 8; its root cannot be made with Debian's tools.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Booted, boot, debianRootOf, removeRoot } from '../support/booted.ts';
import { buildPackages } from '../support/built-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-old-libc-'));
const agent = 'understudy-agent.service';
const collector = 'understudy-collector.service';
let machine: Booted;

const done = (command: string): string => {
  const { code, stdout, stderr } = machine.sh(command);
  if (code !== 0) throw new Error(`${command}: ${code}\n${stdout}${stderr}`);
  return stdout.trim();
};
const show = (unit: string, property: string): string => done(`systemctl show ${unit} -p ${property} --value`);
const log = (unit: string): readonly string[] =>
  done(`journalctl -u ${unit} --no-pager -o cat _SYSTEMD_INVOCATION_ID=${show(unit, 'InvocationID')}`).split('\n');
const fromNode = { engine: 'node:sqlite', because: expect.stringMatching(/version `GLIBC(?:XX)?_[\d.]+' not found/) };
const serving = (unit: string): unknown => JSON.parse(log(unit).find((line) => line.includes(' serves"')) ?? 'null');
/** Every row that is kept, oldest first. */
const history = async (): Promise<readonly { readonly seq: number; readonly firstAt: string }[]> => {
  const answer = JSON.parse(await machine.until('understudy history kernel --format json')) as {
    observations: { seq: number; firstAt: string }[];
  };
  return answer.observations.toSorted((a, b) => a.seq - b.seq).map(({ seq, firstAt }) => ({ seq, firstAt }));
};

beforeAll(async () => {
  chmodSync(folder, 0o755);
  buildPackages(folder, '--arch', process.arch, '--format', 'deb', '--level', '0');
  machine = await boot(debianRootOf('bullseye'), [`${folder}:/mnt`]);
}, 1_800_000);

afterAll(async () => {
  await machine?.stop();
  if (machine !== undefined) removeRoot(machine.root);
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

it('is older than what the addon asks for', () => {
  expect(done('ldd --version')).toMatch(/ 2\.31\n/);
});

it('takes the agent, which starts, answers and keeps its history with Node’s own SQLite, and says so', async () => {
  done('dpkg -i /mnt/understudy-agent_*.deb');
  expect(done(`systemctl is-enabled ${agent}; systemctl is-active ${agent}`)).toBe('enabled\nactive');
  expect(JSON.parse(await machine.until('understudy status --format json; test $? -le 3'))).toHaveProperty('verdict');
  expect(serving(agent)).toMatchObject({ store: fromNode });
  expect(done('test -s /var/lib/understudy/agent.db && stat -c %U /var/lib/understudy/agent.db')).toBe('understudy');
});

it('writes nothing but lines of its own to the journal', () => {
  // Node's warning of an experimental module would be no JSON.
  const own = log(agent).filter(
    (line) => !/^(Starting|Started|Stopping|Stopped) /.test(line) && !line.startsWith('understudy-agent.service:'),
  );
  expect(own.filter((line) => !line.startsWith('{'))).toEqual([]);
});

it('still has what was seen after a kill and a restart', async () => {
  const before = await history();
  expect(before.length).toBeGreaterThan(0);
  done(`systemctl kill -s KILL ${agent}`);
  await machine.until(`test "$(systemctl show ${agent} -p NRestarts --value)" -ge 1 && systemctl is-active ${agent}`);
  expect((await history()).slice(0, before.length)).toEqual(before);
  done(`systemctl restart ${agent}`);
  expect((await history()).slice(0, before.length)).toEqual(before);
});

it('runs a collector too, which asks that agent', async () => {
  writeFileSync(join(machine.root, 'etc/understudy/agent.yaml'), 'node:\n  name: asked\n  role: standby\n  group: billing\n  twin: app1\n');
  done(`dpkg -i /mnt/understudy-collector_*.deb && systemctl restart ${agent}`);
  const fleet =
    "sites: { a: {}, b: {} }\ngroups: { billing: { pairs: { app1: { a: 'unix:/run/understudy/agent.sock', b: 'https://10.0.0.1:7807' } } } }\n";
  writeFileSync(join(machine.root, 'etc/understudy/fleet.yaml'), fleet);
  done(`systemctl start ${collector}`);
  await machine.until('understudy fleet billing --format json | grep -q asked');
  expect(serving(collector)).toMatchObject({ store: fromNode });
});

it('is as small as with the addon', () => {
  const memory = [...done(`cat /proc/${show(agent, 'MainPID')}/status`).matchAll(/^(VmRSS|RssAnon):\s+(\d+) kB$/gm)];
  const mib = Object.fromEntries(memory.map(([, name, kibibytes]) => [name, Number(kibibytes) / 1024]));
  console.log('memory in MiB:', mib);
  expect(mib.VmRSS).toBeLessThan(105);
  expect(mib.RssAnon).toBeLessThan(38);
});
