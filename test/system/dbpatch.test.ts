// The capture of Oracle homes as the units do it, under a real systemd: the owner is asked, and the agent's own user reads what was said.
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Booted, boot, debianRoot, removeRoot } from '../support/booted.ts';
import { install, project } from '../support/installed.ts';

const home = '/u01/app/oracle/product/19.0.0.0/dbhome_1';
const service = 'understudy-capture-oracle@oracle.service';
const timer = 'understudy-capture-oracle@oracle.timer';
let machine: Booted;

function put(path: string, text: string, mode = 0o644): void {
  const file = join(machine.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
}

const outputs = '/opt/outputs';

beforeAll(async () => {
  const root = debianRoot();
  install(root);
  cpSync(join(project, 'src/probes/dbpatch/fixtures/outputs'), join(root, outputs), { recursive: true });
  machine = await boot(root, [`${project}:/opt/understudy`]);
  machine.sh('systemd-sysusers && systemd-tmpfiles --create');
  machine.sh('groupadd oinstall; useradd -g oinstall oracle');
  put('/etc/oraInst.loc', 'inventory_loc=/u01/app/oraInventory\n');
  put('/etc/oratab', `PROD_FRA:${home}:N\n`);
  put(
    '/u01/app/oraInventory/ContentsXML/inventory.xml',
    `<INVENTORY><HOME_LIST><HOME NAME="OraDB19Home1" LOC="${home}" TYPE="O"/></HOME_LIST></INVENTORY>`,
  );
  put(`${home}/inventory/ContentsXML/comps.xml`, '<PRD_LIST/>');
  put(`${home}/inventory/oneoffs/36233263/README`, '');
  put(`${home}/bin/oracle`, '');
  put(`${home}/OPatch/version.txt`, 'OPATCH_VERSION:12.2.0.1.42\n');
  // As the real one, it has to write a log below the home.
  put(
    `${home}/OPatch/opatch`,
    `#!/bin/sh\nmkdir -p ${home}/cfgtoollogs/opatch && date >>${home}/cfgtoollogs/opatch/log || exit 73\ncat ${outputs}/lspatches_19.23.txt\n`,
    0o750,
  );
  put(
    `${home}/bin/sqlplus`,
    `#!/bin/sh\ncase "$*" in\n-v) cat ${outputs}/sqlplus-v_19.23.txt ;;\n*) cat >/dev/null; echo 'understudy-oracle/1'; echo 'database|PROD|PROD_FRA|READ WRITE|PRIMARY'; echo 'registry|sqlpatch'; echo 'sqlpatch|0|36233263|APPLY|WITH ERRORS|2026-01-01T00:00:00.000000|Database Release Update : 19.23.0.0.240416 (36233263)'; echo 'sqlpatch|0|36199232|APPLY|SUCCESS|2026-01-01T00:00:00.000000|OJVM RELEASE UPDATE: 19.23.0.0.240416 (36199232)'; echo 'end|understudy-oracle/1' ;;\nesac\n`,
    0o750,
  );
  machine.sh('chown -R oracle:oinstall /u01 && chmod 770 /u01/app/oraInventory');
  machine.sh("systemd-run --unit=pmon --property=User=oracle /bin/bash -c 'mkfifo /tmp/pmon; exec -a ora_pmon_PROD cat <>/tmp/pmon'");
}, 900_000);

afterAll(async () => {
  await machine?.stop();
  if (machine !== undefined) removeRoot(machine.root);
}, 120_000);

it('its units are well formed, and off until enabled', () => {
  expect(machine.sh(`systemd-analyze verify ${service} ${timer} 2>&1`)).toMatchObject({ code: 0, stdout: '' });
  expect(machine.sh(`systemctl is-enabled ${timer}`).stdout.trim()).toBe('disabled');
  expect(understudy().findings).toEqual(
    expect.arrayContaining(['dbpatch/inventory-unseen', 'dbpatch/patches-unseen', 'dbpatch/release-unseen']),
  );
});

it('one command enables the capture, and the agent’s own user then sees what only the owner may ask', async () => {
  expect(
    machine.sh(`systemctl enable --now ${timer} && systemctl start ${service} || ! journalctl --no-pager -u ${service} >&2`),
  ).toMatchObject({ code: 0 });
  expect(machine.sh('ls -ld /var/spool/understudy/oracle-oracle').stdout).toMatch(/^drwxr-xr-x\S* \d+ oracle /);
  const seen = understudy();
  expect(seen.findings).toEqual(['dbpatch/attempt-failed']);
  expect(seen.facts).toMatchObject({
    homes: [
      { path: home, owner: 'oracle', release: { version: '19.23.0.0.0', learntFrom: 'capture of sqlplus -v' }, patches: { kind: 'seen' } },
    ],
    databases: [{ name: 'PROD_FRA', databaseName: 'PROD', role: 'PRIMARY' }],
  });
});

it('a second run asks opatch for nothing, and a patch is seen with the next one', () => {
  const runs = (): number => machine.sh(`wc -l <${home}/cfgtoollogs/opatch/log`).stdout.trim() as unknown as number;
  const before = runs();
  machine.sh(`systemctl start ${service}`);
  expect(runs()).toBe(before);
  machine.sh(`mkdir ${home}/inventory/oneoffs/36199232 && chown oracle ${home}/inventory/oneoffs/36199232`);
  expect(understudy().findings).toContain('dbpatch/patches-stale');
  machine.sh(`systemctl start ${service}`);
  expect(runs()).not.toBe(before);
  expect(understudy().findings).toEqual(['dbpatch/attempt-failed']);
});

it('what it runs can write neither to the system nor to the captures of others', () => {
  put(`${home}/OPatch/opatch`, `#!/bin/sh\nfor place in /usr/x /etc/x /var/spool/understudy/x; do echo x >$place; done 2>&1\n`, 0o750);
  machine.sh(
    `chown oracle:oinstall ${home}/OPatch/opatch; chmod 777 /usr /etc; touch ${home}/inventory/oneoffs; systemctl start ${service}`,
  );
  expect(machine.sh('ls /usr/x /etc/x /var/spool/understudy/x').code).not.toBe(0);
  const said = machine.sh('cat /var/spool/understudy/oracle-oracle/lspatches-*.capture').stdout;
  expect([said.match(/Read-only file system/g)?.length, said.match(/Permission denied/g)?.length]).toEqual([2, 1]);
});

interface Report {
  readonly findings: readonly { readonly code: string }[];
  readonly observations: readonly { readonly outcome: { readonly facts: unknown } }[];
}

function understudy(): { readonly findings: readonly string[]; readonly facts: unknown } {
  const { stdout, stderr } = machine.sh(
    'systemd-run --quiet --pipe --wait --property=User=understudy --property=PrivateUsers=yes understudy check dbpatch --alone --format json',
  );
  if (stdout === '') throw new Error(stderr);
  const report = JSON.parse(stdout) as Report;
  return { findings: report.findings.map(({ code }) => code).sort(), facts: report.observations[0]?.outcome.facts };
}
