// Remedies that have to stay typeable whatever the number of packages.
import { expect, it } from 'vitest';
import { alone, look } from '../../../test/support/kernel-look.ts';

/** The Debian-like machine with so many security updates waiting. */
async function remedyFor(count: number): Promise<string> {
  const seen = await look('ubuntu2204-livepatch');
  const updates = Array.from({ length: count }, (_, at) => ({ advisory: '', severity: '', package: `package-${at} 1.0 amd64` }));
  const facts = { ...seen.facts, securityUpdates: { ...seen.facts.securityUpdates, seen: true, count, updates } } as typeof seen.facts;
  return alone({ ...seen, facts }).find(({ code }) => code === 'kernel/security-updates-pending')?.remedy ?? '';
}

it('a few packages are named', async () => {
  expect(await remedyFor(2)).toContain('$ sudo apt-get install --only-upgrade package-0 package-1');
});

it('many are asked of apt where the command is typed, and do not flood the screen', async () => {
  const remedy = await remedyFor(80);
  expect(remedy).toContain('$(apt-get -s upgrade');
  expect(remedy).not.toContain('package-7');
});
