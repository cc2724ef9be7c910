// The shipped unit under a real systemd: it starts, says that it is ready, is restarted when it hangs, reloads, and stops in time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Booted, boot, debianRoot, removeRoot } from '../support/booted.ts';
import { install, project } from '../support/installed.ts';

const unit = 'understudy-agent.service';
let machine: Booted;

const show = (property: string): string => machine.sh(`systemctl show ${unit} -p ${property} --value`).stdout.trim();
const configure = (yaml: string): void => writeFileSync(join(machine.root, 'etc/understudy/agent.yaml'), yaml, { mode: 0o644 });

beforeAll(async () => {
  const root = debianRoot();
  install(root);
  machine = await boot(root, [`${project}:/opt/understudy`]);
  machine.sh('systemd-sysusers && systemd-tmpfiles --create');
}, 900_000);

afterAll(async () => {
  await machine?.stop();
  if (machine !== undefined) removeRoot(machine.root);
}, 120_000);

describe('the agent as a service', () => {
  it('its unit is well formed and exposes little', () => {
    expect(machine.sh(`systemd-analyze verify /etc/systemd/system/${unit} 2>&1`)).toMatchObject({ code: 0 });
    const exposure = /exposure level for \S+: ([\d.]+)/.exec(machine.sh(`systemd-analyze security --no-pager ${unit}`).stdout)?.[1];
    expect(Number(exposure)).toBeLessThanOrEqual(1.5);
  });

  it('starts, says that it is ready, and answers on its socket', async () => {
    expect(machine.sh(`systemctl start ${unit}`)).toMatchObject({ code: 0 });
    expect(show('ActiveState')).toBe('active');
    // Its exit code is the verdict; 69 and the like say that nobody answered.
    const status = await machine.until('understudy status --format json; test $? -le 3');
    expect(JSON.parse(status)).toHaveProperty('verdict');
    expect(
      machine
        .sh(
          'ps -o user= -p $(systemctl show understudy-agent -p MainPID --value) 2>/dev/null || stat -c %U /proc/$(systemctl show understudy-agent -p MainPID --value)',
        )
        .stdout.trim(),
    ).toMatch(/^underst/);
  });

  it('sees the machine from inside its hardening', async () => {
    await machine.until('understudy history kernel --format json | grep -q observed');
    const seen = machine.sh('understudy history kernel --format json').stdout;
    expect(seen).toContain(machine.sh('uname -r').stdout.trim());
  });

  it('tries calls to the cloud in a process of its own, which its hardening lets run', async () => {
    configure('node:\n  name: asking\nchecks:\n  access:\n    settings:\n      endpoints: { metadata: "http://127.0.0.1:59999/opc/v2" }\n');
    expect(machine.sh(`systemctl reload ${unit}`)).toMatchObject({ code: 0 });
    // Nobody listens there: that this is known shows that the process ran, and reached an address.
    await machine.until('understudy run access --format json | grep -q ECONNREFUSED');
    expect(machine.sh('pgrep -f tenancy/[t]ry').stdout.trim()).toBe('');
  });

  it('keeps the watchdog quiet while it is well', async () => {
    const before = show('NRestarts');
    await machine.until(
      'test $(( $(date +%s) - $(date -d "$(systemctl show understudy-agent -p ActiveEnterTimestamp --value)" +%s) )) -gt 75',
      120_000,
    );
    expect(show('ActiveState')).toBe('active');
    expect(show('NRestarts')).toBe(before);
  });

  it('keeps its settings when a reload finds wrong ones, and takes right ones', async () => {
    configure('node:\n  name: renamed\n  role: nonsense\n');
    expect(machine.sh(`systemctl reload ${unit}`)).toMatchObject({ code: 0 });
    await machine.until(`journalctl -u ${unit} --no-pager -o cat | grep -F 'agent.yaml:3'`);
    expect(show('ActiveState')).toBe('active');
    configure('node:\n  name: renamed\n  role: primary\n');
    machine.sh(`systemctl reload ${unit}`);
    await machine.until('understudy status --format json | grep -q renamed');
  });

  it('refuses wrong settings before it starts, and says where', () => {
    configure('node:\n  rol: primary\n');
    expect(machine.sh(`systemctl restart ${unit}`).code).not.toBe(0);
    expect(machine.sh(`journalctl -u ${unit} --no-pager -o cat`).stdout).toContain('agent.yaml:2:3');
    configure('node:\n  name: renamed\n');
    machine.sh(`systemctl reset-failed ${unit}`);
    expect(machine.sh(`systemctl start ${unit}`)).toMatchObject({ code: 0 });
  });

  it('stops in time and leaves no process behind', () => {
    const pid = show('MainPID');
    expect(machine.sh(`systemctl stop ${unit}`)).toMatchObject({ code: 0 });
    expect(show('Result')).toBe('success');
    expect(machine.sh(`test -e /proc/${pid}`).code).not.toBe(0);
  });

  it('is restarted by the watchdog when it hangs, and goes on with its history', async () => {
    machine.sh(
      `mkdir -p /run/systemd/system/${unit}.d && printf '[Service]\\nWatchdogSec=6\\n' > /run/systemd/system/${unit}.d/quick.conf && systemctl daemon-reload`,
    );
    expect(machine.sh(`systemctl start ${unit}`)).toMatchObject({ code: 0 });
    await machine.until('understudy history kernel --format json | grep -q observed');
    const before = machine.sh('understudy history kernel --format json').stdout;
    machine.sh(`kill -STOP ${show('MainPID')}`);
    await machine.until(`test "$(systemctl show ${unit} -p NRestarts --value)" -ge 1 && systemctl is-active ${unit}`, 90_000);
    const after = await machine.until('understudy history kernel --format json');
    expect(JSON.stringify(JSON.parse(after))).toContain(
      String((JSON.parse(before) as { observations: { seq: number }[] }).observations.at(-1)!.seq),
    );
  });
});

describe('the collector as a service', () => {
  const collector = 'understudy-collector.service';

  it('its unit is well formed and exposes little', () => {
    expect(machine.sh(`systemd-analyze verify /etc/systemd/system/${collector} 2>&1`)).toMatchObject({ code: 0 });
    const exposure = /exposure level for \S+: ([\d.]+)/.exec(machine.sh(`systemd-analyze security --no-pager ${collector}`).stdout)?.[1];
    expect(Number(exposure)).toBeLessThanOrEqual(1.5);
  });

  it('starts as its own user, asks the agent beside it over its socket, and answers', async () => {
    configure('node:\n  name: renamed\n  role: standby\n  group: billing\n  twin: app1\n');
    machine.sh(`systemctl restart ${unit}`);
    const fleet =
      "sites: { a: {}, b: {} }\ngroups: { billing: { pairs: { app1: { a: 'unix:/run/understudy/agent.sock', b: 'https://10.0.0.1:7807' } } } }\n";
    writeFileSync(join(machine.root, 'etc/understudy/fleet.yaml'), fleet, { mode: 0o640 });
    machine.sh('chown root:understudy /etc/understudy/fleet.yaml');
    expect(machine.sh(`systemctl start ${collector}`)).toMatchObject({ code: 0 });
    const user = machine.sh(`systemctl show ${collector} -p User --value`).stdout.trim();
    expect(user).toBe('understudy-collector');
    const answer = await machine.until(
      'understudy fleet billing --format json | grep -q renamed && understudy fleet billing --format json; test $? -le 3',
    );
    const group = JSON.parse(answer) as {
      readonly verdict: string;
      readonly pairs: readonly { readonly standby: { readonly name: string } }[];
    };
    // Its primary has never answered: whatever else is found, it is not ready.
    expect(['unknown', 'not-ready']).toContain(group.verdict);
    expect(group.pairs[0]?.standby.name).toBe('renamed');
  });

  it('keeps its fleet when a reload finds a wrong file, and says so', async () => {
    writeFileSync(join(machine.root, 'etc/understudy/fleet.yaml'), 'groups:\n  billing:\n    pair: {}\n', { mode: 0o644 });
    expect(machine.sh(`systemctl reload ${collector}`)).toMatchObject({ code: 0 });
    await machine.until(`journalctl -u ${collector} --no-pager -o cat | grep -F 'fleet.yaml:3'`);
    expect(machine.sh(`systemctl is-active ${collector}`).stdout.trim()).toBe('active');
    expect(machine.sh('understudy fleet billing --format json').stdout).toContain('renamed');
  });

  it('stops in time and leaves its key to nobody else', () => {
    expect(machine.sh(`systemctl stop ${collector}`)).toMatchObject({ code: 0 });
    expect(machine.sh(`systemctl show ${collector} -p Result --value`).stdout.trim()).toBe('success');
    expect(machine.sh('stat -c "%a %U" /var/lib/understudy-collector/receipts.key').stdout.trim()).toBe('600 understudy-collector');
  });
});
