// The packages themselves, before anybody installs them: what is inside, whose it is, and that it is the same in every build.
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, existsSync, globSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { manual } from '../../scripts/package/manual.ts';
import { commands } from '../../src/cli/commands.ts';
import { buildPackages, buildPackagesElsewhere, run, unpack } from '../support/built-packages.ts';
import { needsPackages } from '../support/packages.ts';
import { collect } from '../support/understudy.ts';

const { version } = manifest;
const folder = mkdtempSync(join(tmpdir(), 'understudy-packages-'));
const built = join(folder, 'built');
const project = join(import.meta.dirname, '../..');

/** Debian's name, RPM's name, e_machine of elf.h. */
const architectures = [
  { node: 'x64', deb: 'amd64', rpm: 'x86_64', machine: 62 },
  { node: 'arm64', deb: 'arm64', rpm: 'aarch64', machine: 183 },
] as const;
const here = architectures.find(({ node }) => node === process.arch)!;
const names = ['understudy-agent', 'understudy-collector'] as const;

const debOf = (name: string, { deb }: (typeof architectures)[number]): string => join(built, `${name}_${version}_${deb}.deb`);
const rpmOf = (name: string, { rpm }: (typeof architectures)[number]): string => join(built, `${name}-${version}-1.${rpm}.rpm`);
const all = architectures.flatMap((one) => names.flatMap((name) => [debOf(name, one), rpmOf(name, one)]));
/** Every agent's package unpacked: where to, and for which architecture. */
const unpacked = architectures.flatMap((one) => [
  { root: join(folder, `deb-${one.deb}`), file: debOf('understudy-agent', one), machine: one.machine },
  { root: join(folder, `rpm-${one.rpm}`), file: rpmOf('understudy-agent', one), machine: one.machine },
]);
const debHere = join(folder, `deb-${here.deb}`);

beforeAll(() => {
  needsPackages('rpm', 'rpmlint', 'lintian', 'dpkg-dev', 'cpio', 'binutils');
  // A user who is not root has to come in, too.
  chmodSync(folder, 0o755);
  buildPackages(built);
  for (const { file, root } of unpacked) unpack(file, root);
}, 1_800_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packages', () => {
  it('are there for both architectures, in both formats', () => {
    expect(globSync(join(built, '*')).toSorted()).toEqual(all.toSorted());
  });

  it('of the agent take at most 45 MB', () => {
    for (const one of architectures) {
      expect(statSync(debOf('understudy-agent', one)).size).toBeLessThanOrEqual(45e6);
      expect(statSync(rpmOf('understudy-agent', one)).size).toBeLessThanOrEqual(45e6);
    }
  });

  it('are byte for byte the same from another place, by another user, under another umask, time zone and language', () => {
    const other = mkdtempSync(join(folder, 'elsewhere-'));
    const again = buildPackagesElsewhere(other);
    const digests = (where: string) =>
      Object.fromEntries(
        again.map((name) => [
          name,
          createHash('sha256')
            .update(readFileSync(join(where, name)))
            .digest('hex'),
        ]),
      );
    expect(again).toHaveLength(all.length);
    expect(digests(other)).toEqual(digests(built));
    rmSync(other, { recursive: true });
  }, 1_800_000);

  it.each(architectures)('satisfy lintian and rpmlint on $deb, apart from what is explained', (one) => {
    const debs = names.map((name) => debOf(name, one));
    const lintian = run('sh', ['-c', 'lintian --allow-root --fail-on none "$@" 2>&1', 'sh', ...debs]);
    expect(lintian.split('\n').filter((line) => /^[EW]: /.test(line))).toEqual([]);
    const explained = join(project, 'packaging/rpm/rpmlintrc');
    const rpmlint = run('sh', ['-c', 'rpmlint "$@" 2>&1 || :', 'sh', '-r', explained, ...names.map((name) => rpmOf(name, one))]);
    expect(rpmlint).toMatch(/2 packages and 0 specfiles checked; 0 errors, 0 warnings/);
  });
});

describe('the DEB', () => {
  it.each(architectures)('of $deb says what it is and what it needs', (one) => {
    const field = (name: string, what: string) => run('dpkg-deb', ['-f', debOf(name, one), what]).trim();
    expect(field('understudy-agent', 'Architecture')).toBe(one.deb);
    expect(field('understudy-agent', 'Version')).toBe(version);
    expect(field('understudy-agent', 'Depends')).toMatch(/^libatomic1, libc6 \(>= 2\.28\), libgcc-s1, libstdc\+\+6 \(>= 7\), systemd/);
    expect(field('understudy-collector', 'Depends')).toMatch(new RegExp(`^understudy-agent \\(= ${version}\\)`));
  });

  it('keeps the settings of whoever installed it', () => {
    expect(run('dpkg-deb', ['-I', debOf('understudy-agent', here), 'conffiles'])).toBe('/etc/understudy/agent.yaml\n');
  });

  it.each(architectures)('of $deb is root’s, and nobody else may write to it', (one) => {
    const rows = names.flatMap((name) =>
      run('dpkg-deb', ['-c', debOf(name, one)])
        .trim()
        .split('\n'),
    );
    expect(rows.filter((row) => !/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root\/root /.test(row)).map(pathOf)).toEqual(['/etc/understudy/']);
    expect(
      rows
        .filter((row) => row.startsWith('-rwx'))
        .map(pathOf)
        .toSorted(),
    ).toEqual(executables);
  });

  it('has maintainer scripts that sh can read', () => {
    for (const name of names) {
      const control = join(folder, `control-${name}`);
      run('dpkg-deb', ['-e', debOf(name, here), control]);
      for (const script of globSync(join(control, '{pre,post}{inst,rm}'))) {
        expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
        expect(statSync(script).mode & 0o777).toBe(0o755);
        expect(run('sh', ['-n', script])).toBe('');
      }
    }
  });
});

describe('the RPM', () => {
  const query = (file: string, ...what: readonly string[]): readonly string[] =>
    run('rpm', ['-qp', ...what, file])
      .trim()
      .split('\n');

  it.each(architectures)('of $rpm says what it is and what it needs', (one) => {
    const agent = rpmOf('understudy-agent', one);
    expect(query(agent, '--queryformat', '%{NAME} %{VERSION} %{ARCH} %{PAYLOADCOMPRESSOR} %{BUILDHOST}')).toEqual([
      `understudy-agent ${version} ${one.rpm} xz understudy`,
    ]);
    expect(query(agent, '--requires')).toEqual(expect.arrayContaining(['libatomic', 'glibc >= 2.28', 'libstdc++ >= 7', 'systemd >= 239']));
    // What rpm 4.14 of Oracle Linux 8 cannot read would be listed here.
    expect(query(agent, '--requires').filter((need) => /Zstd|Large|Rich/.test(need))).toEqual([]);
    expect(query(rpmOf('understudy-collector', one), '--requires')).toContain(`understudy-agent = ${version}-1`);
  });

  it.each(architectures)('of $rpm has the files of the DEB, with their modes', (one) => {
    for (const name of names) {
      const ofRpm = query(rpmOf(name, one), '--queryformat', '[%{FILEMODES:perms} %{FILENAMES}\n]');
      const ofDeb = run('dpkg-deb', ['-c', debOf(name, one)])
        .trim()
        .split('\n')
        .map((row) => `${row.slice(0, 10)} ${pathOf(row).replace(/\/$/, '')}`);
      const isCommon = (row: string) => !/^d|\/(licenses|lintian)\/|\/(copyright|changelog\.gz)$/.test(row);
      expect(ofRpm.filter(isCommon).toSorted()).toEqual(ofDeb.filter(isCommon).toSorted());
    }
  });

  it.each(architectures)('of $rpm is root’s; only its settings belong to the agent’s group', (one) => {
    const owners = names.flatMap((name) => query(rpmOf(name, one), '--queryformat', '[%{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]'));
    expect(owners.filter((row) => !row.startsWith('root:root '))).toEqual(['root:understudy /etc/understudy']);
  });

  it('keeps the settings of whoever installed it, and marks licences as such', () => {
    const flags = query(rpmOf('understudy-agent', here), '--queryformat', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]');
    expect(flags).toContain('cn /etc/understudy/agent.yaml');
    expect(flags).toContain('l /usr/share/licenses/understudy-agent/LICENSE');
  });

  it('has scriptlets that sh can read, and no other interpreter', () => {
    for (const name of names) {
      const scripts = query(rpmOf(name, here), '--scripts');
      const headings = scripts.filter((line) => /^\w+ (scriptlet|program)/.test(line));
      expect(headings.filter((line) => !/\(using \/bin\/sh\):?$/.test(line))).toEqual([]);
      for (const tag of ['PREIN', 'POSTIN', 'PREUN', 'POSTUN', 'POSTTRANS']) {
        const text = query(rpmOf(name, here), '--queryformat', `%{${tag}}`).join('\n');
        expect(run('sh', ['-n', '-c', text === '(none)' ? ':' : text])).toBe('');
      }
    }
  });
});

describe('what is inside', () => {
  it.each(unpacked)('is of the right architecture in every binary: $file', ({ root, machine }) => {
    const binaries = elfFiles(root);
    expect(binaries.map((path) => path.slice(root.length))).toEqual([
      expect.stringMatching(/^\/usr\/lib\/understudy\/linux-.*\.node$/),
      '/usr/lib/understudy/node',
    ]);
    expect(binaries.map((path) => machineOf(path))).toEqual([machine, machine]);
  });

  it.each(unpacked)('links to nothing but what the package asks for: $file', ({ root }) => {
    const [addon = '', node = ''] = elfFiles(root).map((path) => run('readelf', ['-dV', '--wide', path]));
    const libraries = new Set([...`${addon}${node}`.matchAll(/NEEDED.*\[(.+)\]/g)].map(([, name]) => name!.replace(/\.so.*/, '')));
    // glibc's, libatomic, libgcc and libstdc++.
    const asked = ['ld-linux-aarch64', 'ld-linux-x86-64', 'libatomic', 'libc', 'libdl', 'libgcc_s', 'libm', 'libpthread', 'libstdc++'];
    expect([...libraries].filter((name) => !asked.includes(name))).toEqual([]);
    // 2.28, and what libstdc++ has since GCC 7; more than that would not start where the package lets itself be installed.
    expect(['GLIBC', 'GLIBCXX', 'CXXABI'].map((family) => newest(node, family))).toEqual([2_28_00, 3_04_21, 1_03_11]);
    // Where there is less than this the history is kept by Node's own SQLite (test/system/old-libc.test.ts).
    expect(['GLIBC', 'GLIBCXX'].map((family) => newest(addon, family))).toEqual([2_34_00, 3_04_29]);
  });

  it('runs from wherever it is unpacked, out of either format', async () => {
    for (const root of [debHere, join(folder, `rpm-${here.rpm}`)]) {
      const program = join(root, 'usr/bin/understudy');
      expect(await collect(program, ['--version'], {})).toEqual({ code: 0, stdout: `understudy ${version}\n`, stderr: '' });
      const looked = await collect(program, ['check', 'kernel', '--alone', '--format', 'json'], {});
      expect(JSON.parse(looked.stdout)).toMatchObject({ observations: [{ check: 'kernel', outcome: { kind: 'observed' } }] });
    }
  });

  it('helps with every command, the collector’s too', async () => {
    for (const name of Object.keys(commands)) {
      expect(await collect(join(debHere, 'usr/bin/understudy'), [name, '--help'], {})).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it('says which package has the collector, and runs it when that is there', async () => {
    const both = join(folder, 'both');
    unpack(debOf('understudy-agent', here), both);
    const program = join(both, 'usr/bin/understudy');
    const collector = () => collect(program, ['collector', '--config', '/nonexistent/fleet.yaml'], {});
    expect(await collector()).toEqual({
      code: 3,
      stdout: '',
      stderr: 'understudy: the collector is not installed here: it is in the package understudy-collector\n',
    });
    unpack(debOf('understudy-collector', here), both);
    expect(await collector()).toMatchObject({ code: 78 });
  });

  it('of the collector has the whole dashboard, and the licences of what it is written with', () => {
    const apart = join(folder, 'collector');
    unpack(debOf('understudy-collector', here), apart);
    const web = join(apart, 'usr/lib/understudy/web');
    const page = readFileSync(join(web, 'index.html'), 'utf8');
    const loaded = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1]!);
    expect(loaded).toContainEqual(expect.stringMatching(/^assets\/.*\.js$/));
    expect(loaded.filter((path) => !existsSync(join(web, path)))).toEqual([]);
    const documents = join(apart, 'usr/share/doc/understudy-collector');
    const bill = JSON.parse(readFileSync(join(documents, 'understudy-collector.cdx.json'), 'utf8')) as Bill;
    expect(bill.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['@preact/signals', 'preact', 'undici', 'uplot']));
    expect(readFileSync(join(documents, 'copyright'), 'utf8')).toContain('\nuplot ');
  });

  it('has the manual and the completion of this very program', async () => {
    const page = gunzipSync(readFileSync(join(debHere, 'usr/share/man/man1/understudy.1.gz'))).toString();
    const now = await manual(commands, 0);
    const withoutDate = (text: string) => text.replace(/^\.TH .*\n/, '');
    expect(withoutDate(page)).toBe(withoutDate(now));
    const printed = await collect(join(debHere, 'usr/bin/understudy'), ['completion', 'bash'], {});
    expect(readFileSync(join(debHere, 'usr/share/bash-completion/completions/understudy'), 'utf8')).toBe(printed.stdout);
  });

  it('lists what others wrote, and has the licence of each', () => {
    const bill = JSON.parse(readFileSync(join(debHere, 'usr/share/doc/understudy-agent/understudy-agent.cdx.json'), 'utf8')) as Bill;
    const inside = bill.components.map(({ name }) => name);
    expect(inside).toEqual(expect.arrayContaining([`node-linux-${process.arch}`, 'better-sqlite3', 'fastify', 'oci-common', 'yaml']));
    // The collector's own.
    expect(inside).not.toContain('undici');
    expect(new Set(bill.components.map((one) => one['bom-ref'])).size).toBe(inside.length);
    expect(bill.components.flatMap(({ components = [] }) => components.map(({ name }) => name))).toEqual(
      expect.arrayContaining(['openssl', 'sqlite', 'v8', 'zlib']),
    );
    const copyright = readFileSync(join(debHere, 'usr/share/doc/understudy-agent/copyright'), 'utf8');
    const thirdParty = readFileSync(join(folder, `rpm-${here.rpm}`, 'usr/share/licenses/understudy-agent/THIRD-PARTY'), 'utf8');
    for (const text of [copyright, thirdParty]) {
      expect(bill.components.filter((one) => !text.includes(`\n${one.name} ${one.version} (`)).map(({ name }) => name)).toEqual([]);
    }
  });
});

interface Bill {
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version: string;
    readonly components?: readonly { readonly name: string }[];
  }[];
}

const executables = [
  '/usr/bin/understudy',
  '/usr/lib/understudy/capture',
  '/usr/lib/understudy/capture-oracle',
  '/usr/lib/understudy/node',
  '/usr/lib/understudy/understudy-precheck',
];

/** Of a row of `dpkg-deb -c`. */
const pathOf = (row: string): string => row.slice(row.indexOf(' ./') + 2);

const elfFiles = (root: string): readonly string[] =>
  globSync(join(root, '**'))
    .filter((path) => statSync(path).isFile() && start(path).subarray(0, 4).equals(Buffer.from('\x7fELF')))
    .toSorted();

/** e_machine: two bytes at 18, little-endian on both. */
const machineOf = (path: string): number => start(path).readUInt16LE(18);

function start(path: string): Buffer {
  const bytes = Buffer.alloc(20);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  return bytes;
}

/** The newest version of a family of symbols that is asked for, two digits a part: 2.34 is 23400, 3.4.29 is 30429. */
const newest = (dynamic: string, family: string): number =>
  Math.max(...[...dynamic.matchAll(new RegExp(`\\b${family}_(\\d+)\\.(\\d+)(?:\\.(\\d+))?`, 'g'))].map(comparable));

const comparable = ([, major, minor, patch]: RegExpExecArray): number => Number(major) * 10_000 + Number(minor) * 100 + Number(patch ?? 0);
