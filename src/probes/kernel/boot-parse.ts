// Finds in boot loader output and files which kernel the next boot takes.

/** `grubby --default-kernel`: the line that is a kernel path. Everything else it prints, on either stream, is noise. */
export function parseGrubbyDefault(stdout: string): string | null {
  const paths = stdout.split('\n').map((line) => releaseOfKernelPath(line.trim()));
  const releases = new Set(paths.filter((release) => release !== null));
  return releases.size === 1 ? [...releases][0]! : null;
}

/** `/boot/vmlinuz-5.15.0-206.153.7.1.el9uek.x86_64` → the release; null for anything else and for the rescue image. */
export function releaseOfKernelPath(path: string): string | null {
  const release = /^(?:\/\S*)?\/vmlinu[xz]-(\S+)$/.exec(path)?.[1];
  return release === undefined || release.startsWith('0-rescue-') ? null : release;
}

/** `saved_entry` of a grub environment block; null where it is no such block, empty where nothing is saved. */
export function parseGrubEnvironment(text: string): string | null {
  if (!text.startsWith('# GRUB Environment Block')) return null;
  return /^saved_entry=(.*)$/m.exec(text)?.[1]?.trim() ?? '';
}

/** The kernel of a boot loader specification entry (`/boot/loader/entries/<id>.conf`). */
export function parseLoaderEntry(text: string): string | null {
  const path = /^linux[ \t]+(\S+)$/m.exec(text)?.[1];
  return path === undefined ? null : releaseOfKernelPath(path);
}

/**
 * The release named by a saved entry itself: `<machine id>-5.15.0-…x86_64` (EL8 and later), a title with the release in
 * brackets (EL7), or `gnulinux-6.1.0-18-amd64-advanced-…` (Debian). An index names none.
 */
export function releaseOfSavedEntry(saved: string): string | null {
  const patterns = [
    /^[0-9a-f]{32}-([0-9]+\.[0-9]+.*)$/,
    /\(([0-9]+\.[0-9]+\.[0-9]+-[^\s)]+)/,
    /(?:^|>)gnulinux-([0-9]+\.[0-9]+.*?)-(?:advanced|recovery)-/,
  ];
  return patterns.map((pattern) => pattern.exec(saved)?.[1]).find((release) => release !== undefined) ?? null;
}

export interface GrubMenu {
  /** As written: `0`, an entry's id or title (`a>b` for a submenu), or `saved`. */
  readonly default: string;
  readonly entries: readonly { readonly id: string; readonly title: string; readonly release: string }[];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: grub's own variable, as written in the file.
const nextEntry = '${next_entry}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: grub's own variable, as written in the file.
const savedEntry = '${saved_entry}';

/** Debian's generated grub.cfg; null where it has no menu entry for a Linux kernel. */
export function parseGrubConfig(text: string): GrubMenu | null {
  const wanted = [...text.matchAll(/^[ \t]*set default="(.*)"[ \t]*$/gm)].map((match) => match[1]!).filter((value) => value !== nextEntry);
  const entries = text.split(/^(?=[ \t]*(?:menuentry|submenu) )/m).flatMap((part) => {
    const head = /^[ \t]*menuentry '([^'\n]*)'([^\n]*)\{[ \t]*\n/.exec(part);
    const path = head === null ? undefined : /^[ \t]*linux(?:efi|16)?[ \t]+(\S+)/m.exec(part)?.[1];
    const release = path === undefined ? null : releaseOfKernelPath(path);
    const id = /\$menuentry_id_option '([^']*)'/.exec(head?.[2] ?? '')?.[1] ?? '';
    return head === null || release === null ? [] : [{ id, title: head[1]!, release }];
  });
  if (entries.length === 0) return null;
  const last = wanted.at(-1) ?? '0';
  return { default: last === savedEntry ? 'saved' : last, entries };
}

/** The release that a menu boots; null where the choice names an entry that cannot be told (an index into a submenu). */
export function chooseFromMenu(menu: GrubMenu, chosen: string): string | null {
  const first = menu.entries[0]!;
  if (chosen === '0' || chosen === '') return first.release;
  const name = chosen.split('>').at(-1)!;
  return menu.entries.find((entry) => entry.id === name || entry.title === name)?.release ?? null;
}

export interface RestartHint {
  readonly isSet: boolean;
  readonly packages: readonly string[];
}

/** `needs-restarting -r`. Exit code 1 is also every error, so the sentence decides; null where it is not there. */
export function parseNeedsRestarting(code: number, stdout: string): RestartHint | null {
  const packages = [...stdout.matchAll(/^ {2}(?:\* )?([A-Za-z0-9][^\s]*)/gm)].map((match) => match[1]!).sort();
  if (code === 1 && /^Reboot is required\b/m.test(stdout)) return { isSet: true, packages };
  const isFine =
    /^No core libraries or services have been updated/m.test(stdout) &&
    /^Reboot (?:is probably not|should not be) necessary\.$/m.test(stdout);
  return code === 0 && isFine ? { isSet: false, packages: [] } : null;
}

/** `/run/reboot-required.pkgs`: may hold a package twice. */
export const parseRebootPackages = (text: string): readonly string[] =>
  [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => /^[a-z0-9][a-z0-9+.-]*$/.test(line)).sort();

/** Epoch milliseconds of the boot, from `/proc/stat`; null where it has no btime. */
export function parseBootTime(stat: string): number | null {
  const seconds = /^btime ([0-9]{9,11})$/m.exec(stat)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}
