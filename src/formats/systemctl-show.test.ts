import { describe, expect, it } from 'vitest';
import { parseSystemctlShow, saysNoSystemd, shownCount } from './systemctl-show.ts';

const running = `Type=notify
Restart=on-failure
NRestarts=0
MainPID=6733
ExecMainStatus=0
Id=oracle-cloud-agent.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
ActiveEnterTimestamp=Tue 2026-11-17 10:45:19 UTC
Result=success
`;

const notFound =
  'Id=datadog-agent.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\nResult=success\nMainPID=0\n';

describe('an answer of systemctl show', () => {
  it('is read in whatever order systemd printed it', () => {
    const [unit] = parseSystemctlShow(running)!;
    expect(unit).toMatchObject({ id: 'oracle-cloud-agent.service', loadState: 'loaded', activeState: 'active', unitFileState: 'enabled' });
    expect(unit!.properties.ActiveEnterTimestamp).toBe('Tue 2026-11-17 10:45:19 UTC');
  });

  it('holds several units in the order asked for', () => {
    expect(parseSystemctlShow(`${running}\n${notFound}`)!.map((unit) => [unit.id, unit.loadState])).toEqual([
      ['oracle-cloud-agent.service', 'loaded'],
      ['datadog-agent.service', 'not-found'],
    ]);
  });

  it('splits at the first equals sign only, and continues a value over lines', () => {
    const [unit] = parseSystemctlShow(`${notFound}ExecStart={ path=/bin/x ; argv[]=/bin/x --a=b }\nEnvironment=A=1\n  second line\n`)!;
    expect(unit!.properties.ExecStart).toBe('{ path=/bin/x ; argv[]=/bin/x --a=b }');
    expect(unit!.properties.Environment).toBe('A=1\n  second line');
  });

  it.each([
    ['0', 0],
    ['5', 5],
    ['[not set]', null],
    ['18446744073709551615', null],
    ['', null],
  ])('counts %j as %j', (text, count) => {
    expect(shownCount(parseSystemctlShow(`${notFound}NRestarts=${text}`)![0]!, 'NRestarts')).toBe(count);
  });

  it('counts the last property of an answer, which a line end follows', () => {
    expect(shownCount(parseSystemctlShow(`${notFound}NRestarts=41\n`)![0]!, 'NRestarts')).toBe(41);
  });

  it('has no count for a property that an old systemd does not print', () => {
    expect(shownCount(parseSystemctlShow(notFound)![0]!, 'NRestarts')).toBeNull();
  });

  it.each(['', '\n\n', 'garbage', 'LoadState=loaded\nActiveState=active', 'Id=a.service\nActiveState=active', `${running}\n\u0000\u0001`])(
    'is not one when it reads %j',
    (text) => expect(parseSystemctlShow(text)).toBeNull(),
  );

  it('cannot be spoiled by a property named like an inherited member', () => {
    expect(parseSystemctlShow(`${notFound}Constructor=x`)![0]!.properties.toString).toBeUndefined();
  });

  it('tells a machine without systemd from a unit that is stopped', () => {
    expect(saysNoSystemd("System has not been booted with systemd as init system (PID 1). Can't operate.\n")).toBe(true);
    expect(saysNoSystemd('Unit x.service could not be found.\n')).toBe(false);
  });
});
