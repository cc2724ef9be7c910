import { describe, expect, it } from 'vitest';
import {
  aloneFindings,
  type Monitored,
  onPaper,
  pairedFindings,
  runningUnit,
  type Seen,
  see,
  stoppedUnit,
} from '../../../test/support/monitored-machine.ts';

const log = '/var/log/oracle-cloud-agent/plugins/gomon/monitoring.log';
const sent = '2026/11/23 11:59:30.1 t2.go:145: Sent metrics status: 200; took: 37ms\n';
const refused = '2026/11/23 11:59:30.1 t2.go:145: failed to call: Service error:NotAuthorizedOrNotFound. http status code: 404.\n';

const plugins = (states: Readonly<Record<string, string>>) =>
  JSON.stringify({
    compartmentId: 'ocid1.compartment.oc1..dr',
    agentConfig: { pluginsConfig: Object.entries(states).map(([name, desiredState]) => ({ name, desiredState })) },
  });

function machine({
  gomon = sent,
  version = '1.44.0-12.el8',
  states = { 'Compute Instance Monitoring': 'ENABLED' },
  ...more
}: Options = {}): Monitored {
  return {
    units: { 'oracle-cloud-agent.service': runningUnit },
    files: { '/etc/redhat-release': '', '/etc/oracle-cloud-agent/agent.yml': '', [log]: gomon },
    packages: { 'oracle-cloud-agent': version },
    dials: [
      {
        address: '169.254.169.254',
        port: 80,
        answer: { stage: 'http', result: 'completed', http: { status: 200, body: plugins(states) } },
      },
    ],
    ...more,
  };
}

interface Options extends Monitored {
  readonly gomon?: string;
  readonly version?: string;
  readonly states?: Readonly<Record<string, string>>;
}

const look = (options: Options = {}): Promise<Seen> => see(onPaper(machine(options)));
const found = (standby: Seen, primary: Seen, settings = {}) =>
  pairedFindings(standby, primary, settings).map(({ code, severity }) => `${severity} ${code}`);
const stopped = { 'oracle-cloud-agent.service': stoppedUnit };

describe('a standby beside its primary', () => {
  it('that does the same has no findings', async () => {
    expect(found(await look(), await look())).toEqual([]);
  });

  it('on which the agent is switched off cannot be ready: the command is in the finding', async () => {
    const findings = pairedFindings(await look({ units: stopped }), await look());
    expect(findings).toMatchObject([
      {
        code: 'monitoring/not-running-here',
        severity: 'blocker',
        draft: {
          subject: 'oracle-cloud-agent',
          expected: 'running, as on the primary',
          actual: 'not enabled: the unit is not started at boot',
        },
        remedy: '$ sudo systemctl enable --now oracle-cloud-agent',
      },
    ]);
  });

  it('on which the agent is switched off on purpose may be', async () => {
    expect(found(await look({ units: stopped }), await look(), { expectOff: ['oracle-cloud-agent'] })).toEqual([]);
  });

  it('on which the agent is not installed is not excused by expectOff', async () => {
    const bare = await see(onPaper({ units: { 'mgmt_agent.service': runningUnit }, files: { '/etc/redhat-release': '' } }));
    const findings = pairedFindings(bare, await look(), { expectOff: ['oracle-cloud-agent'] });
    expect(findings.map(({ code }) => code)).toEqual(['monitoring/not-running-here']);
    expect(findings[0]!.remedy).toContain('$ sudo dnf install oracle-cloud-agent');
    expect(found(bare, await look(), { expectAbsent: ['oracle-cloud-agent'] })).toEqual([]);
  });

  it('that runs the same agent and is refused by OCI is a blocker, which explains its own warning', async () => {
    const standby = await look({ gomon: refused });
    const [finding] = pairedFindings(standby, await look());
    expect(finding).toMatchObject({ code: 'monitoring/not-delivering-here', severity: 'blocker' });
    expect(finding!.remedy).toContain('in compartment id ocid1.compartment.oc1..dr');
    const { rules } = await import('./rules.ts');
    const alone = aloneFindings(standby).map(({ code }) => code);
    expect(alone).toEqual(['monitoring/credential-refused']);
    expect(rules.find(({ code }) => code === alone[0])!.dependsOn).toContain(finding!.code);
  });

  it('is not blamed for what its primary does not do either', async () => {
    expect(found(await look({ gomon: refused }), await look({ gomon: refused }))).toEqual([]);
    expect(found(await look({ units: stopped }), await look({ units: stopped }))).toEqual([]);
  });

  it('whose delivery is unseen is not known to deliver where its primary does, and not called broken', async () => {
    const standby = await look({ denied: [log] });
    expect(found(standby, await look())).toEqual(['warning monitoring/unseen-here']);
    expect(found(standby, await look({ denied: [log] }))).toEqual([]);
    expect(aloneFindings(standby).map(({ code }) => code)).toEqual(['monitoring/stage-unseen']);
  });

  it.each([
    ['older', '1.9.0-1.el8', '1.44.0-12.el8', 'warning monitoring/older-than-primary'],
    ['newer', '1.45.0-1.el8', '1.44.0-12.el8', 'note monitoring/version-differs'],
  ])('with a version that is %s', async (_name, here, there, expected) => {
    const standby = await look({ version: here });
    const primary = await look({ version: there });
    expect(found(standby, primary)).toEqual([expected]);
    expect(pairedFindings(standby, primary)[0]!.remedy).toBe(`$ sudo dnf install oracle-cloud-agent-${there}`);
  });

  it('with a version as the agent itself tells it is not older than the package of that version', async () => {
    const [standby, primary] = [await look({ version: '1.44.0' }), await look({ version: '1:1.44.0-12.el8' })];
    expect(found(standby, primary)).toEqual([]);
    expect(found(primary, standby)).toEqual([]);
  });

  it('that packages differently has another version, in no order', async () => {
    const debian = await see(onPaper({ ...machine(), files: { ...machine().files, '/etc/debian_version': '12' } }));
    expect(found(debian, await look({ version: '9.9-1' }))).toEqual(['warning monitoring/version-not-compared']);
    expect(debian.agent('oracle-cloud-agent').version.state).toBe('unseen');
    expect(aloneFindings(debian).map(({ code }) => code)).toEqual(['monitoring/version-unseen']);
  });

  it('with a plugin that is enabled for the primary only', async () => {
    const standby = await look({ states: { 'Compute Instance Monitoring': 'ENABLED', 'Custom Logs Monitoring': 'DISABLED' } });
    const primary = await look({
      states: { 'Compute Instance Monitoring': 'ENABLED', 'Custom Logs Monitoring': 'ENABLED', Bastion: 'DISABLED' },
    });
    const findings = pairedFindings(standby, primary);
    expect(findings).toMatchObject([
      { code: 'monitoring/plugins-differ', draft: { subject: 'Custom Logs Monitoring', expected: 'ENABLED', actual: 'DISABLED' } },
    ]);
    expect(found(primary, standby)).toEqual([]);
  });

  it('without the agent is not known to be ready while nobody sees whether the primary has it', async () => {
    const bare = await see(onPaper({ units: { 'mgmt_agent.service': runningUnit }, files: { '/etc/redhat-release': '' } }));
    const primary = await look();
    const hidden = { state: 'unseen', reason: 'denied', detail: 'this user may not' } as const;
    const agents = primary.facts.agents.map((agent) => ({ ...agent, stages: { ...agent.stages, running: hidden, delivering: hidden } }));
    expect(found(bare, { ...primary, facts: { ...primary.facts, agents } })).toEqual(['warning monitoring/primary-unseen']);
  });

  it('whose plugins, or its primary’s, are not told is not called the same', async () => {
    const [told, untold] = [await look(), await look({ dials: [] })];
    expect(found(told, untold)).toEqual(['warning monitoring/plugins-not-compared']);
    expect(found(untold, told)).toEqual(['warning monitoring/plugins-not-compared']);
  });

  it('that was never told of an agent described on its primary is told so', async () => {
    const settings = { describe: [{ name: 'zabbix', port: 10_050 }] };
    const primary = await see(onPaper({ ...machine(), listeners: [{ address: '::', port: 10_050 }] }), { settings });
    expect(found(await look(), primary)).toEqual(['warning monitoring/not-looked-for-here']);
  });
});
