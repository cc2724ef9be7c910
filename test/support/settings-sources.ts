// Settings of one side with a secret in every place of every kind of source, whole and broken, for tests that look for them afterwards.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Canaries } from './canaries.ts';

export interface PlantedSide {
  readonly folder: string;
  /** Of the check. */
  readonly settings: object;
  /** Runs a program where `/etc/systemd/system`, systemctl and the machine's id are this side's own. */
  inside(words: readonly string[]): readonly string[];
  close(): void;
}

/** A name that may be shown, to prove of each place that is searched that settings came there at all. */
export const shownKey = 'THIS_NAME_IS_SHOWN';

/** As many characters as no other thing has. */
export const tellingLength = 74_239;

export function plantSide(folder: string, side: string, planted: Canaries, fleetKey: string): PlantedSide {
  const plant = (as: string, shape?: (mark: string) => string): string => planted.plant(`${side}: ${as}`, shape);
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const child = spawn('sleep', ['900'], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin', UNIT_VALUE: plant('process environment, of the unit'), ONLY_RUNNING: plant('process environment, own') },
  });
  const files = [...wholeFiles(plant), ...brokenFiles(plant)].map(({ name, text, ...said }) => ({ path: put(name, text), ...said }));
  const systemctl = put('systemctl', showing(plant, child.pid!, put('unit.env', `FROM_FILE=${plant('environment file of a unit')}\n`)));
  execFileSync('chmod', ['755', systemctl]);
  put('units/onfiles.service', unitFile(plant, put('onfiles.env', `ON_FILES="${plant('environment file of a unit on disk')}"\n`)));
  put('units/onfiles.service.d/10.conf', `[Service]\nEnvironment="DROPPED_IN=${plant('drop-in')}"\n`);
  put('units/broken.service', `[Service]\nEnvironment="NEVER_ENDS=${plant('unit file with a quotation that does not end')}\n`);
  const machineId = put('machine-id', `${side === 'fra' ? '1' : '2'}${'0'.repeat(31)}\n`);
  return {
    folder,
    settings: {
      fleetKeyFile: put('fleet.key', `${fleetKey}\n`),
      otherSite: { name: side === 'fra' ? 'eu-zurich-1' : 'eu-frankfurt-1' },
      files,
      flags: [
        put('flags.json', JSON.stringify({ flags: { secret: plant('flag') } })),
        put('bad-flags.yaml', `flags:\n  a: [${plant('broken flags')}\n b: }`),
      ],
      directories: [mounted(put, plant, folder)],
      units: ['app.service', 'onfiles.service', 'broken.service', 'silent.service', 'garbage.service'],
      services: ['app.service', { unit: 'silent.service', process: 'no-such-program' }],
    },
    inside: (words) => [
      'unshare',
      '--mount',
      'sh',
      '-c',
      'mount --bind "$1" /usr/bin/systemctl; mkdir -p /etc/systemd/system; mount --bind "$2" /etc/systemd/system; mount --bind "$3" /etc/machine-id; shift 3; exec "$@"',
      'sh',
      systemctl,
      join(folder, 'units'),
      machineId,
      ...words,
    ],
    close: () => void child.kill('SIGKILL'),
  };
}

type Plant = (as: string, shape?: (mark: string) => string) => string;

interface Planted {
  readonly name: string;
  readonly text: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly hideNames?: readonly string[];
}

function wholeFiles(plant: Plant): readonly Planted[] {
  return [
    {
      name: 'good.env',
      text: `${shownKey}=${plant('env')}\nDB_PASSWORD='${plant('env, single quotes')}'\nURL="https://u:${plant('env, in a URL')}@h/?token=${plant('env, in a query')}"\nSITE=eu-frankfurt-1-${plant('env, beside the site')}-eu-zurich-1\nFILL=\${${plant('env, placeholder')}}\nLIKE_THE_OTHER=same\n# ${plant('env, comment')}\n`,
      required: ['DB_PASSWORD', 'NOT_THERE'],
    },
    { name: 'good.properties', text: `a.b = ${plant('properties')}\nlong : one \\\n   ${plant('properties, second line')}\n` },
    { name: 'good.ini', text: `[db]\npassword = ${plant('ini')} ; ${plant('ini, comment')}\n` },
    {
      name: 'good.json',
      text: JSON.stringify({ a: { password: plant('json'), list: [plant('json, list')] }, keyed: { [plant('json, key to hide')]: 1 } }),
      hideNames: ['keyed.*'],
    },
    {
      name: 'keyed.json',
      text: JSON.stringify({ tokens: { [plant('json, key like a token', (mark) => `ghp_${mark}A1b2C3d4E5f6G7h8J9k0`)]: 'x' } }),
    },
    {
      name: 'good.yaml',
      text: `a:\n  b: ${plant('yaml')}\n  c: |\n    one\n    ${plant('yaml, block')}\n  d: !secret ${plant('yaml, tagged')}\n`,
    },
    { name: 'good.toml', text: `[a]\nb = "${plant('toml')}"\nc = '''\n${plant('toml, multi-line')}\n'''\n` },
    { name: 'good.xml', text: `<a b="${plant('xml, attribute')}"><c>${plant('xml, text')}</c><![CDATA[${plant('xml, cdata')}]]></a>` },
    { name: 'whole.text', text: plant('whole file'), format: 'text' },
    { name: 'long.env', text: `LONG=${plant('of a telling length').padEnd(tellingLength, 'x')}\n` },
  ];
}

/** Each so that its reader fails as close to the secret as it can. */
function brokenFiles(plant: Plant): readonly Planted[] {
  const pem = (as: string): string =>
    `-----BEGIN PRIVATE KEY-----\n${plant(as, (mark) => `MIIE${mark}vQIBADANBgkqhkiG9w0BAQEFAASCBKcw`)}\n`;
  return [
    {
      name: 'bad.env',
      text: `A="${plant('broken env')}\n${plant('broken env, line without a name')}\nB='${plant('broken env, open quote')}\n`,
    },
    {
      name: 'bad-docker.env',
      text: `${plant('broken docker-env, bare word')} x\n=${plant('broken docker-env, no name')}\n`,
      format: 'docker-env',
    },
    {
      name: 'bad-systemd.env',
      text: `${plant('broken systemd-env')}\nA="${plant('broken systemd-env, open quote')}\n`,
      format: 'systemd-env',
    },
    { name: 'pem.env', text: `KEY=x\n${pem('key pasted into env')}` },
    {
      name: 'bad.properties',
      text: `a=\\u12 ${plant('broken properties')}\n${plant('broken properties, bare word')}\n${pem('key pasted into properties')}`,
    },
    {
      name: 'bad.ini',
      text: `[${plant('broken ini, open section')}\n${plant('broken ini, bare line')}\n= ${plant('broken ini, no name')}\n`,
    },
    { name: 'bad.json', text: `{"a": "${plant('broken json')}", ${plant('broken json, bare word')}}` },
    { name: 'bad-too.json', text: `${plant('broken json, first word')}` },
    {
      name: 'bad.yaml',
      text: `a: "${plant('broken yaml')}\nb: [${plant('broken yaml, open list')}\n- {c: *${plant('broken yaml, alias')}\n`,
    },
    { name: 'twice.yaml', text: `${'a'}: 1\na: ${plant('yaml, key that stands twice')}\n? [${plant('yaml, key that is a list')}]\n: x\n` },
    { name: 'bad.toml', text: `a = ${plant('broken toml')}\n"${plant('broken toml, key')}" = = 1\n` },
    { name: 'bad.xml', text: `<a b="${plant('broken xml, attribute')}"><${plant('broken xml, tag')}>&${plant('broken xml, entity')};</b>` },
    { name: 'doctype.xml', text: `<!DOCTYPE a [<!ENTITY e "${plant('xml entity')}">]><a>&e;</a>` },
    { name: 'binary.json', text: `\0\u0001${plant('binary')}\0` },
    { name: 'formless', text: plant('file of no format') },
  ];
}

function mounted(put: (name: string, text: string) => string, plant: Plant, folder: string): string {
  put('mounted/..2026/password', plant('mounted file'));
  put('mounted/..2026/.dockerconfigjson', JSON.stringify({ auths: { x: { auth: plant('mounted json') } } }));
  put('mounted/..2026/of-telling-length', plant('mounted file of a telling length').padEnd(tellingLength, 'y'));
  symlinkSync('..2026', join(folder, 'mounted/..data'));
  for (const name of ['password', '.dockerconfigjson', 'of-telling-length', 'leads-nowhere'])
    symlinkSync(`..data/${name}`, join(folder, 'mounted', name));
  return join(folder, 'mounted');
}

const unitFile = (plant: Plant, environmentFile: string): string =>
  `[Unit]\nDescription=${plant('description of a unit')}\n[Service]\nEnvironment="IN_THE_UNIT=${plant('unit file')}" PLAIN=${plant('unit file, plain')}\nEnvironmentFile=${environmentFile}\nExecStart=/bin/x --password ${plant('command line of a unit')}\n`;

/** In the form of systemd 252; what it says of other units are failures, each with a secret in it. */
function showing(plant: Plant, pid: number, environmentFile: string): string {
  return `#!/bin/sh
case "$*" in
  *app.service*Environment,*) cat <<'END'
Environment="UNIT_VALUE=${plant('systemctl show')}" "TWO=two ${plant('systemctl show, second word')}" C=\\x41${plant('systemctl show, escaped')}
EnvironmentFiles=${environmentFile} (ignore_errors=no)
UnsetEnvironment=
END
  ;;
  *app.service*) cat <<'END'
MainPID=${pid}
ExecMainStartTimestamp=Wed 2026-11-25 22:55:03 UTC
Id=app.service
LoadState=loaded
ActiveState=active
FragmentPath=/etc/systemd/system/app.service
DropInPaths=
NeedDaemonReload=no
END
  ;;
  *garbage.service*) echo 'Environment="${plant('systemctl show, open quote')}'; echo '${plant('systemctl show, garbage')}' >&2 ;;
  *silent.service*) echo '${plant('systemctl show that fails')}'; echo 'error ${plant('systemctl show that fails, error')}' >&2; exit 4 ;;
  *) echo 'System has not been booted with systemd as init system (PID 1). ${plant('systemctl without systemd')}' >&2; exit 1 ;;
esac
`;
}
