// Installs the Debian packages that a system test needs, and says which.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Asked by Debian's maintainer scripts before they start a service; 101 means no. */
const policy = '/usr/sbin/policy-rc.d';

/** Packages not installed yet are installed without starting their services. Throws, with apt's own words, where that fails. */
export function needsPackages(...names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.log(`installing Debian packages for this test: ${missing.join(' ')}`);
  const hadPolicy = existsSync(policy);
  if (!hadPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    apt('update', '-q');
    apt('install', '-y', '-q', '--no-install-recommends', ...missing);
  } finally {
    if (!hadPolicy) rmSync(policy);
  }
}

function isInstalled(name: string): boolean {
  try {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own form for a field.
    return execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { stdio: 'pipe' }).toString() === 'installed';
  } catch {
    return false;
  }
}

function apt(...args: readonly string[]): void {
  // Five minutes for a lock that another installation holds.
  execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 600_000,
  });
}
