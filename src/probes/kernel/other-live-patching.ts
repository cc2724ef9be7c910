// Looks at the live patching of systems without Ksplice: Canonical's client, and kpatch with the kernel's own /sys/kernel/livepatch.
import type { Failed, Machine } from '../../contract/machine.ts';
import { dayOf, readText, runTool, unseenFrom } from './ask.ts';
import { type ActiveLivePatching, type Patch, partUnseen } from './facts.ts';
import type { LivePatchingLook } from './ksplice.ts';
import { parseCanonicalStatus, parseKpatchList } from './other-live-patching-parse.ts';

/** The kernel allows few; kpatch one or two. */
const livePatchesMax = 256;

interface Context {
  readonly port: Machine;
  readonly running: string;
  readonly commandLine: ActiveLivePatching['commandLine'];
}

const none: LivePatchingLook = { planAsOfMs: null, state: { kind: 'none' } };

/** `{kind: 'none'}` where the client is not installed. */
export async function lookAtCanonicalLivepatch(context: Context): Promise<LivePatchingLook> {
  const answer = await runTool(context.port, ['canonical-livepatch', 'status', '--format', 'json']);
  if (answer.kind === 'failed') return answer.reason === 'tool-missing' ? none : lookUnseen(answer);
  const text = `${answer.stdout}\n${answer.stderr}`;
  if (answer.code !== 0 && /not enabled/i.test(text)) return notEnabled(context);
  const status = answer.code === 0 ? parseCanonicalStatus(answer.stdout) : null;
  if (status === null)
    return {
      planAsOfMs: null,
      state: { kind: 'unseen', reason: 'unparsable', detail: 'canonical-livepatch status gave no status of the running kernel' },
    };
  return {
    planAsOfMs: status.checkedAtMs,
    state: {
      ...base(context, 'canonical-livepatch'),
      installed: { seen: true, patches: [...status.applied], learntFrom: 'canonical-livepatch status' },
      available: {
        seen: true,
        patches: [...status.waiting],
        learntFrom: 'canonical-livepatch status',
        asOfDay: dayOf(status.checkedAtMs),
      },
      switchedOff: { seen: true, isDisabled: false, by: '' },
      registration: { seen: true, state: 'registered' },
      lastContact: { seen: true, trouble: status.trouble },
    },
  };
}

/** Neither Canonical nor kpatch names an effective release: what runs is the release with the patches that are listed. */
const base = (context: Context, kind: ActiveLivePatching['kind']) => ({
  kind,
  effective: { seen: true as const, release: context.running, naming: 'release' as const, learntFrom: 'uname', builtOn: null },
  commandLine: context.commandLine,
});

const notEnabled = (context: Context): LivePatchingLook => ({
  planAsOfMs: null,
  state: {
    ...base(context, 'canonical-livepatch'),
    installed: { seen: true, patches: [], learntFrom: 'canonical-livepatch status' },
    available: partUnseen('unreadable', 'The machine is not enabled for Livepatch, so nothing is known of what it lacks'),
    switchedOff: { seen: true, isDisabled: false, by: '' },
    registration: { seen: true, state: 'no-key' },
    lastContact: { seen: true, trouble: 'no-key' },
  },
});

/** `{kind: 'none'}` where neither the tool nor a patch in the kernel is there. */
export async function lookAtKpatch(context: Context): Promise<LivePatchingLook> {
  const [loaded, answer] = await Promise.all([loadedPatches(context.port), runTool(context.port, ['kpatch', 'list'])]);
  const isToolMissing = answer.kind === 'failed' && answer.reason === 'tool-missing';
  if (isToolMissing && Array.isArray(loaded) && loaded.length === 0) return none;
  if (isToolMissing && !Array.isArray(loaded)) return lookUnseen(loaded as Failed);
  const list = answer.kind === 'exited' && answer.code === 0 ? parseKpatchList(answer.stdout) : null;
  const sys = Array.isArray(loaded) ? (loaded as readonly Patch[]) : null;
  const fromTool = answer.kind === 'failed' ? unseenFrom(answer) : partUnseen('unparsable', 'kpatch list printed no list of modules');
  return {
    planAsOfMs: null,
    state: {
      ...base(context, 'kpatch'),
      installed:
        sys !== null
          ? { seen: true, patches: [...sys], learntFrom: '/sys/kernel/livepatch' }
          : list === null
            ? fromTool
            : { seen: true, patches: [...list.loaded], learntFrom: 'kpatch list' },
      // Installed for this kernel and not loaded. What the vendor offers shows as a security update of kpatch-patch packages.
      available:
        list === null ? fromTool : { seen: true, patches: list.installedFor(context.running), learntFrom: 'kpatch list', asOfDay: null },
      switchedOff: { seen: true, isDisabled: false, by: '' },
      registration: { seen: true, state: 'not-needed' },
      lastContact: { seen: true, trouble: 'none' },
    },
  };
}

/** Patches that the kernel itself has enabled. Canonical's are its client's to tell. */
async function loadedPatches(port: Machine): Promise<readonly Patch[] | Failed> {
  const listing = await port.listDirectory('/sys/kernel/livepatch', { entriesMax: livePatchesMax });
  if (listing.kind === 'missing') return [];
  if (listing.kind === 'failed') return listing;
  const patches: Patch[] = [];
  for (const name of listing.names) {
    const enabled = await readText(port, `/sys/kernel/livepatch/${name}/enabled`);
    if (enabled.kind === 'failed') return enabled;
    if (enabled.kind === 'text' && enabled.text.trim() === '1') patches.push({ id: name });
  }
  return patches;
}

const lookUnseen = (failed: Failed): LivePatchingLook => ({
  planAsOfMs: null,
  state: { kind: 'unseen', reason: failed.reason, detail: failed.detail.slice(0, 300) },
});
