// A staged package as an .rpm, for either architecture from either machine: nothing in it is built by rpmbuild.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contents } from './contents.ts';
import { type Entry, written } from './entry.ts';
import { licenceExpression, othersLicences, ownLicence } from './licences.ts';
import type { Packing } from './packing.ts';
import { architectures, maintainer, root, version } from './release.ts';
import { stage } from './stage.ts';

/** Answers the file. */
export function packRpm({ contents, architecture, level, sourceDate, work, outdir }: Packing): string {
  const { name } = contents;
  const { rpm } = architectures[architecture];
  const staged = join(work, 'rpm');
  const entries = [...contents.entries, ...licences(contents)];
  stage(entries, staged, sourceDate);
  const top = join(work, 'top');
  mkdirSync(top);
  const spec = join(top, `${name}.spec`);
  writeFileSync(spec, filledIn(contents, entries, sourceDate));
  const macros = {
    ...still,
    _topdir: top,
    _rpmdir: outdir,
    _rpmfilename: `${name}-${version}-1.${rpm}.rpm`,
    staged,
    // xz, since the rpm of Oracle Linux 8 (4.14) reads no zstd; one thread, so that the stream is the same on every machine.
    _binary_payload: `w${level}.xzdio`,
  };
  const defines = Object.entries(macros).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
  run('rpmbuild', ['-bb', '--quiet', '--target', `${rpm}-linux`, ...defines, spec], sourceDate);
  return join(outdir, macros._rpmfilename);
}

/** Nothing of the machine that builds, and nothing done to what is packed: no stripping, no debug packages, no links by build id. */
const still = {
  _buildhost: 'understudy',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  source_date_epoch_from_changelog: '0',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
  __arch_install_post: '%{nil}',
  _build_id_links: 'none',
  _binary_filedigest_algorithm: '8',
} as const;

function run(program: string, args: readonly string[], sourceDate: number): void {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate), LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

const licences = ({ name, components }: Contents): readonly Entry[] => [
  { path: `usr/share/licenses/${name}`, kind: 'folder', mode: 0o755 },
  written(`usr/share/licenses/${name}/LICENSE`, ownLicence(), 'licence'),
  written(`usr/share/licenses/${name}/THIRD-PARTY`, othersLicences(components), 'licence'),
];

function filledIn({ name, components }: Contents, entries: readonly Entry[], sourceDate: number): string {
  const day = new Date(sourceDate * 1000).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+).*/, '$1 $3 $2 $4');
  return readFileSync(join(root, `packaging/rpm/${name}.spec`), 'utf8')
    .replaceAll('@VERSION@', version)
    .replaceAll('@MAINTAINER@', maintainer)
    .replaceAll('@LICENSES@', licenceExpression(components))
    .replaceAll('@FILES@', entries.map(fileLine).sort().join('\n'))
    .replaceAll('@CHANGELOG@', `* ${day} ${maintainer} - ${version}-1\n- This build; CHANGELOG.md of the project tells what changed.`);
}

function fileLine(entry: Entry): string {
  const owned = `%attr(0${entry.mode.toString(8)}, root, ${('group' in entry ? entry.group : null) ?? 'root'})`;
  switch (entry.kind) {
    case 'folder':
      return `${owned} %dir /${entry.path}`;
    case 'settings':
      return `${owned} %config(noreplace) /${entry.path}`;
    case 'document':
      return `${owned} %doc /${entry.path}`;
    case 'licence':
      return `${owned} %license /${entry.path}`;
    case 'program':
      return `${owned} /${entry.path}`;
  }
}
