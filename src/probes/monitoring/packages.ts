// Which version of an agent is installed, by the package manager that owns it.
import type { Machine } from '../../contract/machine.ts';
import type { MonitoringFacts, VersionFacts } from './facts.ts';
import { failureWords } from './stages.ts';

export type Packaging = MonitoringFacts['packaging'];

/** Debian has a file of its own; Oracle Linux keeps Red Hat's. `rpm` may be installed on either. */
export async function lookAtPackaging(machine: Machine): Promise<Packaging> {
  const [debian, redhat] = await Promise.all([machine.stat('/etc/debian_version'), machine.stat('/etc/redhat-release')]);
  if (debian.kind === 'stat') return 'deb';
  return redhat.kind === 'stat' ? 'rpm' : 'unseen';
}

/** A running dnf can hold rpm's database; a query needs well under a second otherwise. */
const queryLimits = { timeoutMs: 5_000, bytesMax: 16 * 1_024 } as const;

/** `own`: what the agent says of itself, for one that no package manager owns. */
export async function lookAtVersion(
  machine: Machine,
  packaging: Packaging,
  names: readonly string[],
  own?: VersionFacts,
): Promise<VersionFacts> {
  const answers: VersionFacts[] = [];
  for (const manager of managers[packaging]) {
    for (const name of names) {
      const answer = await manager(machine, name);
      if (answer.state === 'known') return answer;
      answers.push(answer);
    }
  }
  if (own !== undefined) return own;
  const isAsked = answers.some((answer) => answer.state === 'unpackaged');
  // A missing tool says nothing about packages only while no other tool answered.
  return answers.find((answer) => answer.state === 'unseen' && !(isAsked && answer.reason === 'tool-missing')) ?? { state: 'unpackaged' };
}

async function rpm(machine: Machine, name: string): Promise<VersionFacts> {
  const answer = await machine.run(['rpm', '-q', '--qf', '%{VERSION}-%{RELEASE}', name], queryLimits);
  if (answer.kind === 'failed') return notAsked('rpm', answer.reason);
  // Said on standard output, and the exit code is the number of missing packages.
  if (answer.code !== 0) return /is not installed/.test(answer.stdout) ? { state: 'unpackaged' } : badAnswer('rpm');
  return version('rpm', answer.stdout);
}

async function dpkg(machine: Machine, name: string): Promise<VersionFacts> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder.
  const answer = await machine.run(['dpkg-query', '-W', '-f', '${Version}', name], queryLimits);
  if (answer.kind === 'failed') return notAsked('dpkg-query', answer.reason);
  if (answer.code !== 0) return /no packages found/.test(answer.stderr) ? { state: 'unpackaged' } : badAnswer('dpkg-query');
  // A package that was removed but not purged has an empty version.
  return answer.stdout.trim() === '' ? { state: 'unpackaged' } : version('dpkg-query', answer.stdout);
}

const notAsked = (tool: string, reason: keyof typeof failureWords): VersionFacts => ({
  state: 'unseen',
  reason,
  detail: `${tool}: ${failureWords[reason]}`,
});

const badAnswer = (tool: string): VersionFacts => ({ state: 'unseen', reason: 'unreadable', detail: `${tool} gave no version` });

const managers = { rpm: [rpm], deb: [dpkg], unseen: [rpm, dpkg] } as const;

/** Epochs, tildes and carets are part of a version; blanks, paths and messages are not. */
const version = (tool: string, text: string): VersionFacts =>
  /^[0-9A-Za-z][0-9A-Za-z.+~^:_-]{0,127}$/.test(text.trim())
    ? { state: 'known', version: text.trim() }
    : { state: 'unseen', reason: 'unparsable', detail: `${tool} printed something else than a version` };
