// Puts into a root file system what a package would install: program, units, user, folders.
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const project = resolve(import.meta.dirname, '../..');

/** The program itself is this source tree, to be shown inside at /opt/understudy. */
export function install(root: string): void {
  const units = join(project, 'packaging/systemd');
  for (const name of readdirSync(units).filter((file) => /\.(service|timer)$/.test(file))) {
    copyFileSync(join(units, name), join(root, 'etc/systemd/system', name));
  }
  mkdirSync(join(root, 'usr/lib/understudy'), { recursive: true });
  mkdirSync(join(root, 'opt/understudy'), { recursive: true });
  for (const name of ['capture', 'capture-oracle', 'capture-oracle.sql']) cpSync(join(units, name), join(root, 'usr/lib/understudy', name));
  cpSync(join(project, 'packaging/sysusers'), join(root, 'usr/lib/sysusers.d'), { recursive: true });
  cpSync(join(project, 'packaging/tmpfiles'), join(root, 'usr/lib/tmpfiles.d'), { recursive: true });
  writeFileSync(join(root, 'usr/bin/understudy'), '#!/bin/sh\nexec /opt/understudy/bin/understudy "$@"\n', { mode: 0o755 });
}
