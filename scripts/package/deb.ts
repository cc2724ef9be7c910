// A staged package as a .deb: https://manpages.debian.org/deb.5
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contents, compressed } from './contents.ts';
import { type Entry, written } from './entry.ts';
import { debianCopyright } from './licences.ts';
import type { Packing } from './packing.ts';
import { type Architecture, architectures, maintainer, root, version } from './release.ts';
import { kibibytes, stage } from './stage.ts';

/** Answers the file. dpkg cuts what xz compresses into blocks of a fixed size, so that the number of threads does not show. */
export function packDeb({ contents, architecture, level, sourceDate, work, outdir }: Packing): string {
  const { name } = contents;
  const folder = join(work, 'deb');
  const entries = [...contents.entries, ...debianEntries(contents, sourceDate)];
  stage(entries, folder, sourceDate);
  writeControl(folder, { name, architecture, entries, sourceDate });
  const target = join(outdir, `${name}_${version}_${architectures[architecture].deb}.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zxz', `-z${level}`, folder, target], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate) },
  });
  return target;
}

/** What Debian's policy asks of every package. */
function debianEntries({ name, components }: Contents, sourceDate: number): readonly Entry[] {
  const overrides = join(root, `packaging/deb/${shortName(name)}/lintian-overrides`);
  return [
    written(`usr/share/doc/${name}/copyright`, debianCopyright(components), 'licence'),
    written(`usr/share/doc/${name}/changelog.gz`, compressed(changelog(sourceDate)), 'document'),
    ...(existsSync(overrides) ? [written(`usr/share/lintian/overrides/${name}`, readFileSync(overrides))] : []),
  ];
}

const changelog = (sourceDate: number): string =>
  `understudy (${version}) unstable; urgency=medium\n\n  * This build; CHANGELOG.md of the project tells what changed.\n\n -- ${maintainer}  ${rfc2822(sourceDate)}\n`;

const rfc2822 = (sourceDate: number): string => new Date(sourceDate * 1000).toUTCString().replace('GMT', '+0000');

interface Control {
  readonly name: Contents['name'];
  readonly architecture: Architecture;
  readonly entries: readonly Entry[];
  readonly sourceDate: number;
}

function writeControl(folder: string, { name, architecture, entries, sourceDate }: Control): void {
  const from = join(root, 'packaging/deb', shortName(name));
  const control = readFileSync(join(from, 'control'), 'utf8')
    .replaceAll('@VERSION@', version)
    .replaceAll('@ARCHITECTURE@', architectures[architecture].deb)
    .replaceAll('@MAINTAINER@', maintainer)
    .replaceAll('@KIBIBYTES@', String(kibibytes(folder)));
  const settings = entries.filter(({ kind }) => kind === 'settings').map(({ path }) => `/${path}\n`);
  const members: [string, string, number][] = [
    ['control', control, 0o644],
    ['md5sums', md5sums(folder, entries), 0o644],
    ...(settings.length === 0 ? [] : [['conffiles', settings.join(''), 0o644] as [string, string, number]]),
    ...['preinst', 'postinst', 'prerm', 'postrm']
      .filter((script) => existsSync(join(from, script)))
      .map((script): [string, string, number] => [script, readFileSync(join(from, script), 'utf8'), 0o755]),
  ];
  mkdirSync(join(folder, 'DEBIAN'));
  for (const [member, text, mode] of members) {
    const path = join(folder, 'DEBIAN', member);
    writeFileSync(path, text);
    chmodSync(path, mode);
    utimesSync(path, sourceDate, sourceDate);
  }
  chmodSync(join(folder, 'DEBIAN'), 0o755);
  for (const path of [join(folder, 'DEBIAN'), folder]) utimesSync(path, sourceDate, sourceDate);
}

/** Of all but settings, which are there to be changed. */
function md5sums(folder: string, entries: readonly Entry[]): string {
  const lines = entries
    .filter(({ kind }) => kind !== 'folder' && kind !== 'settings')
    .map(
      ({ path }) =>
        `${createHash('md5')
          .update(readFileSync(join(folder, path)))
          .digest('hex')}  ${path}\n`,
    );
  return lines.sort((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1)).join('');
}

const shortName = (name: Contents['name']): string => name.slice('understudy-'.length);
