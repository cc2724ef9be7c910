// What can be wrong with the live patching of one machine.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneContext, AloneRule, Draft } from '../../contract/rule.ts';
import type { ActiveLivePatching, KernelFacts, LivePatching, Patch, Trouble } from './facts.ts';
import type { KernelSettings } from './settings.ts';

type Rule = AloneRule<KernelFacts, KernelSettings>;

const updatesAvailable: Rule = {
  kind: 'alone',
  code: 'kernel/live-updates-available',
  severity: 'warning',
  title: 'Live patches wait to be applied',
  why: 'The running kernel lacks fixes that could be applied now without a reboot; after a failover this machine would serve with known holes.',
  judge: ({ livePatching }) => {
    if (!isActive(livePatching) || !livePatching.available.seen || livePatching.available.patches.length === 0) return [];
    const { patches } = livePatching.available;
    return [
      {
        subject: 'live patches',
        expected: 'none waiting',
        actual: `${patches.length} waiting: ${named(patches)}`,
        with: { apply: applyCommand[livePatching.kind] },
      },
    ];
  },
  remedy: (draft) => `# On this machine, without a reboot:\n$ ${draft.with?.apply ?? ''}`,
};

export const applyCommand: Readonly<Record<ActiveLivePatching['kind'], string>> = {
  ksplice: 'sudo uptrack-upgrade -y',
  'canonical-livepatch': 'sudo canonical-livepatch refresh',
  kpatch: 'sudo kpatch load --all',
};

const disabled: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-disabled',
  severity: 'warning',
  isNodeWide: true,
  title: 'Live patching is switched off',
  why: 'No live patch is applied any more. /etc/uptrack/disable is also made by one boot with nouptrack and stays after the next boot: a machine rescued once is silently unpatched for good.',
  judge: ({ livePatching }) =>
    isActive(livePatching) && livePatching.switchedOff.seen && livePatching.switchedOff.isDisabled
      ? [
          {
            subject: 'live patching',
            expected: 'on',
            actual: `off because ${livePatching.switchedOff.by} exists`,
            with: { file: livePatching.switchedOff.by },
          },
        ]
      : [],
  remedy: (draft) => `# If nobody switched it off on purpose:\n$ sudo rm ${draft.with?.file ?? ''}\n$ sudo uptrack-upgrade -y`,
};

const nouptrack: Rule = {
  kind: 'alone',
  code: 'kernel/booted-with-nouptrack',
  severity: 'warning',
  title: 'The kernel was booted with nouptrack',
  why: 'The option makes the boot create /etc/uptrack/disable, which stays after the option is gone.',
  judge: ({ livePatching }) =>
    isActive(livePatching) && livePatching.kind === 'ksplice' && livePatching.commandLine.seen && livePatching.commandLine.hasNouptrack
      ? [{ subject: 'kernel command line', expected: 'no nouptrack', actual: 'nouptrack' }]
      : [],
  remedy: () => '$ sudo grubby --update-kernel=ALL --remove-args=nouptrack\n$ sudo rm -f /etc/uptrack/disable\n$ sudo uptrack-upgrade -y',
};

const notReapplied: Rule = {
  kind: 'alone',
  code: 'kernel/live-patches-lost-at-reboot',
  severity: 'warning',
  title: 'Live patches are not applied again after a reboot',
  why: 'The failover of a standby is often its next boot: it would serve with the kernel of the disk, without the patches that it shows today.',
  judge: ({ livePatching }) => {
    const options = isActive(livePatching) ? livePatching.options : undefined;
    return options?.installOnReboot === 'no' && options.upgradeOnReboot !== 'yes'
      ? [{ subject: 'live patches at boot', expected: 'install_on_reboot = yes', actual: 'install_on_reboot = no' }]
      : [];
  },
  remedy: () => "$ sudo sed -i 's/^ *install_on_reboot *=.*/install_on_reboot = yes/' /etc/uptrack/uptrack.conf",
};

const unregistered: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-unregistered',
  severity: 'warning',
  isNodeWide: true,
  title: 'Live patching has no key',
  why: 'Without a key the patch server answers nothing, and the machine receives no live patch.',
  judge: ({ livePatching }) => {
    if (!isActive(livePatching) || !livePatching.registration.seen) return [];
    const { state } = livePatching.registration;
    if (state === 'registered' || state === 'not-needed') return [];
    const actual = state === 'no-key' ? 'no key' : 'the placeholder key of the shipped configuration';
    return [{ subject: 'live patching registration', expected: 'a key', actual, with: { kind: livePatching.kind } }];
  },
  remedy: (draft) =>
    draft.with?.kind === 'canonical-livepatch'
      ? '# With the token of your Ubuntu subscription:\n$ sudo canonical-livepatch enable TOKEN'
      : '# Set accesskey under [Auth]; the primary’s file shows the key of your subscription:\n$ sudo vi /etc/uptrack/uptrack.conf\n$ sudo uptrack-upgrade -y',
};

const stale: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-stale',
  severity: 'warning',
  title: 'The patch server was not reached for too long',
  why: 'What is available is known only as of the last contact. "Nothing available" from an old plan means nothing.',
  dependsOn: ['kernel/live-patching-disabled', 'kernel/live-patching-unregistered', 'kernel/live-patching-failing'],
  judge: ({ livePatching }, context) => {
    if (!isActive(livePatching) || livePatching.kind === 'kpatch' || !livePatching.available.seen) return [];
    const asOfMs = asOf(livePatching.available.asOfDay, 'planAsOfMs', context);
    const limitMs = parseDurationMs(context.settings.planStaleAfter) ?? 0;
    if (isFresh(asOfMs, limitMs, context.now)) return [];
    const actual = asOfMs === null ? 'at an unknown time' : moment(asOfMs, context.now);
    return [
      {
        subject: 'last contact with the patch server',
        expected: `within ${context.settings.planStaleAfter}`,
        actual,
        with: { look: lookCommand[livePatching.kind] },
      },
    ];
  },
  remedy: (draft) => `# Asks the server what is available, and shows why it cannot:\n$ ${draft.with?.look ?? ''}`,
};

const lookCommand: Readonly<Record<ActiveLivePatching['kind'], string>> = {
  ksplice: 'sudo uptrack-upgrade -n',
  'canonical-livepatch': 'sudo canonical-livepatch refresh',
  kpatch: 'kpatch list',
};

/** The exact instant where the look has it, else the end of the day that the facts name. */
export function asOf(day: string | null, reading: string, context: AloneContext<KernelSettings>): number | null {
  const exact = context.readings.find((one) => one.name === reading)?.value;
  return exact ?? (day === null ? null : Date.parse(`${day}T23:59:59Z`));
}

/** Clocks of a machine and of the server that stamped a file may be apart by this much. */
const clockSlackMs = 10 * 60_000;

/** A stamp from the future tells of a wrong clock, and nothing of an age. */
export const isFresh = (atMs: number | null, limitMs: number, now: number): boolean =>
  atMs !== null && now - atMs <= limitMs && atMs - now <= clockSlackMs;

export const moment = (atMs: number, now: number): string =>
  atMs - now > clockSlackMs ? `${minute(atMs)}, which this machine’s clock calls the future` : minute(atMs);

const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const unsupported: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-unsupported',
  severity: 'warning',
  title: 'Live patching does not support the running kernel',
  why: 'No live patch will come for this kernel: only a reboot into a supported one mends anything.',
  judge: (facts) => (hasTrouble(facts, 'unsupported-kernel') && !runsNewest(facts) ? [unsupportedDraft(facts)] : []),
  remedy: (draft) => `# Boot the newest installed kernel of its flavour, ${draft.with?.newest ?? ''}:\n$ sudo reboot`,
};

const notYetSupported: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-not-yet',
  severity: 'note',
  title: 'The newest kernel has no live patches yet',
  why: 'Right after a kernel is released the patch server answers that it does not know it. That is lawful and passes by itself.',
  judge: (facts) => (hasTrouble(facts, 'unsupported-kernel') && runsNewest(facts) ? [unsupportedDraft(facts)] : []),
  remedy: (draft) => `# Nothing to do now. If this stays for weeks, ask the vendor about what this says:\n$ ${draft.with?.look ?? ''}`,
};

const runsNewest = ({ kernels, running }: KernelFacts): boolean => kernels.seen && kernels.newestOfFlavour === running.release;

const unsupportedDraft = ({ running, kernels, livePatching }: KernelFacts): Draft => ({
  subject: 'running kernel',
  expected: 'a kernel that live patching supports',
  actual: running.release,
  with: {
    newest: kernels.seen && kernels.newestOfFlavour !== null ? kernels.newestOfFlavour : 'unknown',
    look: isActive(livePatching) ? lookCommand[livePatching.kind] : '',
  },
});

const failing: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-failing',
  severity: 'warning',
  isNodeWide: true,
  title: 'The last contact with the patch server failed',
  why: 'While the contact fails, no live patch arrives and what is available is not known. A standby’s own network, proxy or subscription is the usual cause.',
  dependsOn: ['kernel/live-patching-disabled', 'kernel/live-patching-unregistered'],
  judge: ({ livePatching }) => {
    if (!isActive(livePatching) || !livePatching.lastContact.seen) return [];
    const { trouble } = livePatching.lastContact;
    const advice = troubleAdvice[trouble];
    return advice === null
      ? []
      : [
          {
            subject: 'contact with the patch server',
            expected: 'answered',
            actual: advice.means,
            with: { first: advice.first, command: advice.command === tryAgain ? lookCommand[livePatching.kind] : advice.command },
          },
        ];
  },
  remedy: (draft) => `# ${draft.with?.first ?? ''}, then\n$ ${draft.with?.command ?? ''}`,
};

const tryAgain = 'sudo uptrack-upgrade -n';
const configuration = '/etc/uptrack/uptrack.conf';

/** Null: no trouble, or one that another rule tells. */
const troubleAdvice: Readonly<Record<Trouble, Advice | null>> = {
  none: null,
  disabled: null,
  locked: null,
  'not-root': null,
  'unsupported-kernel': null,
  'no-key': null,
  'no-package-list': advise('never reached since the running kernel was booted', 'Check the way out to the patch server'),
  'no-network': advise('not reachable from here', `Check https_proxy in ${configuration} and the way out to updates.ksplice.com:443`),
  'internal-error': advise('the client failed (exit code 11)', 'See /var/log/uptrack.log'),
  declined: advise('somebody declined the updates', 'Agree to them', 'sudo uptrack-upgrade -y'),
  'invalid-key': advise('the key is not accepted', `Compare accesskey in ${configuration} with the primary’s`),
  'client-too-old': advise('the client is too old', 'Bring the client up to date', 'sudo dnf upgrade -y uptrack ksplice'),
  expired: advise('the subscription has expired', `Renew the subscription that the key in ${configuration} belongs to`),
  'server-error': advise('the server failed', 'Wait a few minutes'),
  'not-activated': advise('this machine is not activated', 'Activate this machine where the subscription is managed'),
  'sys-not-mounted': advise('/sys is not mounted', 'See why /sys is not mounted', 'sudo mount -t sysfs sysfs /sys'),
  'apply-failed': advise('a patch could not be applied', 'See which', 'canonical-livepatch status --verbose'),
  'check-failed': advise('not reachable from here', 'Check the way out to livepatch.canonical.com:443', 'sudo canonical-livepatch refresh'),
  other: advise('refused for a reason that is not known', 'See what its client logs (/var/log/uptrack.log, /var/log/syslog)'),
};

interface Advice {
  readonly means: string;
  readonly first: string;
  readonly command: string;
}

function advise(means: string, first: string, command = tryAgain): Advice {
  return { means, first, command };
}

const hasTrouble = ({ livePatching }: KernelFacts, trouble: Trouble): boolean =>
  isActive(livePatching) && livePatching.lastContact.seen && livePatching.lastContact.trouble === trouble;

const missing: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-absent',
  severity: 'warning',
  title: 'No live patching is installed though it is required',
  why: 'The settings require live patching. Without it a standby that is rarely rebooted runs the kernel of its last boot.',
  judge: ({ livePatching, os }, { settings }) =>
    livePatching.kind === 'none' && settings.livePatching === 'required'
      ? [
          {
            subject: 'live patching',
            expected: 'installed',
            actual: 'not installed',
            with: { packaging: os.seen ? os.packaging : 'other' },
          },
        ]
      : [],
  remedy: (draft) => installLivePatching(draft.with?.packaging ?? ''),
};

export const installLivePatching = (packaging: string): string =>
  packaging === 'dpkg'
    ? '# With the token of your Ubuntu subscription:\n$ sudo snap install canonical-livepatch\n$ sudo canonical-livepatch enable TOKEN'
    : '# With the access key of your subscription in /etc/uptrack/uptrack.conf:\n$ sudo dnf install -y uptrack\n$ sudo uptrack-upgrade -y';

/** The level that a machine runs at is what it is compared by; anybody may read it where all is well. The rest is root's. */
const requiredUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/level-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The level of the running kernel, or live patching that is required, could not be seen',
  why: 'Whether the standby is behind its primary, or lacks what the settings require, is then not known.',
  judge: ({ livePatching }, { settings }) => unseenDrafts(livePatching, (isLevel) => isLevel || settings.livePatching === 'required'),
  remedy: captureLivePatching,
};

const livePatchingUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/live-patching-unseen',
  severity: 'warning',
  dependsOn: ['kernel/live-patching-disabled', 'kernel/live-patching-unregistered', 'kernel/live-patching-failing'],
  title: 'A part of live patching could not be seen',
  why: 'What cannot be seen is not known to be good: patches may wait, or none may be applied at all.',
  judge: ({ livePatching }, { settings }) => unseenDrafts(livePatching, (isLevel) => !isLevel && settings.livePatching !== 'required'),
  remedy: captureLivePatching,
};

function unseenDrafts(live: LivePatching, isMine: (isLevel: boolean) => boolean): readonly Draft[] {
  if (live.kind === 'none') return [];
  if (live.kind === 'unseen') return isMine(true) ? [{ subject: 'live patching', expected: 'seen', actual: live.detail }] : [];
  return partsOf(live).flatMap(([subject, part]) =>
    part.seen || !isMine(levelParts.has(subject)) ? [] : [{ subject, expected: 'seen', actual: part.detail }],
  );
}

const levelParts: ReadonlySet<string> = new Set(['effective kernel', 'installed live patches']);

function captureLivePatching(): string {
  return '# What only root may read is left in the spool by the capture units:\n$ sudo systemctl enable --now understudy-capture-uptrack-show.timer understudy-capture-uptrack-available.timer';
}

/**
 * The last contact is not among them: the age of the plan shows whether it took place. Nor is the registration where a
 * plan was fetched, which proves it; the configuration itself may often be read by root only.
 */
const partsOf = (live: ActiveLivePatching) => {
  const isProven = live.available.seen && live.available.asOfDay !== null;
  return [
    ['effective kernel', live.effective],
    ['installed live patches', live.installed],
    ['available live patches', live.available],
    ['live patching switch', live.switchedOff],
    ...(isProven ? [] : [['live patching registration', live.registration] as const]),
    ['kernel command line', live.commandLine],
  ] as const;
};

export const isActive = (live: LivePatching): live is ActiveLivePatching => live.kind !== 'none' && live.kind !== 'unseen';

/** As many names as an operator reads; CVEs and titles where they are told, ids otherwise. */
export function named(patches: readonly Patch[]): string {
  const shown = patches
    .slice(0, 8)
    .map((patch) => (patch.title === undefined ? patch.id : `${patch.id} ${patch.title.replace(/\.$/, '')}`));
  return patches.length > shown.length ? `${shown.join('; ')}; and ${patches.length - shown.length} more` : shown.join('; ');
}

export const livePatchingRules: readonly Rule[] = [
  updatesAvailable,
  disabled,
  nouptrack,
  notReapplied,
  unregistered,
  stale,
  unsupported,
  notYetSupported,
  failing,
  missing,
  requiredUnseen,
  livePatchingUnseen,
];
