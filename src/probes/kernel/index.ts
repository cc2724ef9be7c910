// The kernel probe: which kernel runs in effect, what waits, and which packages are installed.
import { defineProbe } from '../../contract/probe.ts';
import { type KernelFacts, KernelFactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { isActive } from './rules-live-patching.ts';
import { defaultSettings, KernelSettingsSchema } from './settings.ts';

export const probe = defineProbe({
  id: 'kernel',
  title: 'Kernel and packages',
  gap: 'kernel',
  factsVersion: 1,
  settings: KernelSettingsSchema,
  facts: KernelFactsSchema,
  readings: {
    bootedDays: 'Days since the boot',
    patchesInstalledCount: 'Live patches that are applied',
    patchesAvailableCount: 'Live patches that wait',
    planAsOfMs: 'When the patch server was last reached (epoch milliseconds)',
    planAgeHours: 'Hours since the patch server was last reached',
    securityUpdatesCount: 'Security updates that wait',
    metadataAsOfMs: 'From when the cached package metadata are (epoch milliseconds)',
    metadataAgeHours: 'Hours since the cached package metadata were made',
  },
  defaults: { everyMs: 10 * 60_000, timeoutMs: 180_000, staleAfterMs: 45 * 60_000 },
  example: { ...defaultSettings, livePatching: 'required', ignorePackages: ['oracle-cloud-agent*'] },
  withoutConfig: { settings: defaultSettings },
  absentOnStandby: 'warning',
  rules,
  summary: (facts) =>
    `${system(facts)}, kernel ${facts.running.release}${effective(facts)}, ${packages(facts)}, ${reboot[facts.reboot.state]}`,
  observe,
});

const system = ({ os }: KernelFacts): string => (os.seen ? os.name : 'system not seen');

function effective({ livePatching }: KernelFacts): string {
  if (livePatching.kind === 'none') return '';
  if (!isActive(livePatching)) return ' (live patching not seen)';
  const count = livePatching.installed.seen ? counted(livePatching.installed.patches.length) : 'live patches not seen';
  return livePatching.effective.seen ? ` (effective ${livePatching.effective.release}, ${count})` : ` (effective not seen, ${count})`;
}

const counted = (patches: number): string => (patches === 1 ? '1 live patch' : `${patches} live patches`);

const packages = ({ packages: seen }: KernelFacts): string => (seen.seen ? `${seen.count} packages` : 'packages not seen');

const reboot: Readonly<Record<KernelFacts['reboot']['state'], string>> = {
  'not-pending': 'no reboot pending',
  covered: 'newer kernel covered by live patches',
  pending: 'reboot pending',
  unseen: 'not seen whether a reboot is pending',
};
