// Reads what opatch prints: `lspatches`, `lsinventory`, and the refusals that look like an answer.
import type { UnseenReason } from '../../contract/outcome.ts';
import { describePatch, type Patch } from './patch.ts';

export type PatchesTold =
  | { readonly kind: 'patches'; readonly patches: readonly Patch[] }
  | { readonly kind: 'refused'; readonly reason: UnseenReason; readonly detail: string };

const refused = (reason: UnseenReason, detail: string): PatchesTold => ({ kind: 'refused', reason, detail });

/** Another opatch or an installer runs: nothing is wrong with the home. */
export const lockedDetail = 'The inventory is locked by another run of opatch or of an installer; it is asked again at the next look';
export const unlistedDetail = 'opatch finds the home not in the central inventory, or reached through a link';

/** More are in no home; a longer list is not read as one. */
const patchesMax = 2_000;

export interface OpatchAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AskedFor {
  /** Null where it could not be seen. */
  readonly opatchVersion: string | null;
  /** Every path to the home; empty where any home’s answer will do. */
  readonly paths: readonly string[];
}

const asked: AskedFor = { opatchVersion: null, paths: [] };

/**
 * `id;description` lines, split at the first semicolon, then `OPatch succeeded.`: without it the list was cut, and what it would have gone
 * on with is unseen. Only opatch 11 does not print that line, there at least the last one has to be whole. Only the sentence that there
 * are none is an empty list: exit code 73 is any failure at all, and a home outside the central inventory lists nothing too.
 */
export function parseLspatches(answer: OpatchAnswer, { opatchVersion, paths }: AskedFor = asked): PatchesTold {
  const refusal = refusalOf(answer, 'opatch lspatches') ?? otherHomeOf(answer, paths, 'opatch lspatches');
  if (refusal !== null) return refusal;
  const isWhole = hasSucceeded(answer.stdout) || (opatchVersion?.startsWith('11.') === true && /\n\s*$/.test(answer.stdout));
  if (answer.stdout.trim() !== '' && !isWhole) return refused('unparsable', 'opatch lspatches was cut before its last line');
  const lines = answer.stdout.split(/\r?\n/).map((line) => line.trim());
  const rows = lines.flatMap((line) => /^([0-9]{5,12});(.*)$/.exec(line)?.slice(1) ?? []);
  const patches = Array.from({ length: rows.length / 2 }, (_, at) => describePatch(rows[at * 2]!, shortened(rows[at * 2 + 1]!)));
  return toldOf(patches, answer.stdout, 'opatch lspatches');
}

/** The blocks of `opatch lsinventory`: an id, and a description where the patch has one. Sub-patches are part of their patch. */
export function parseLsinventory(answer: OpatchAnswer, { paths }: AskedFor = asked): PatchesTold {
  const refusal = refusalOf(answer, 'opatch lsinventory') ?? otherHomeOf(answer, paths, 'opatch lsinventory');
  if (refusal !== null) return refusal;
  const blocks = answer.stdout.split(/^Patch[ \t]+(?=[0-9]{5,12}[ \t]*:[ \t]*applied on)/m).slice(1);
  const patches = blocks.map((block) => {
    const id = /^[0-9]+/.exec(block)![0];
    return describePatch(id, shortened(/^Patch description:[ \t]*"(.*)"/m.exec(block)?.[1] ?? ''));
  });
  const announced = /^Interim patches \(([0-9]+)\)/m.exec(answer.stdout)?.[1];
  if (announced === undefined && !hasSucceeded(answer.stdout))
    return refused('unparsable', 'opatch lsinventory was cut before its last line');
  if (announced !== undefined && Number(announced) !== patches.length)
    return refused('unparsable', 'opatch lsinventory announced another number of patches than it listed');
  return toldOf(patches, answer.stdout, 'opatch lsinventory');
}

const hasSucceeded = (stdout: string): boolean => /^[ \t]*OPatch succeeded\./im.test(stdout);

function toldOf(patches: readonly Patch[], stdout: string, what: string): PatchesTold {
  if (patches.length > patchesMax) return refused('too-much-output', `${what} listed more patches than a home has`);
  const saysNone = /There are no interim patches installed in this Oracle Home/i.test(stdout);
  if (patches.length === 0 && !saysNone) return refused('unparsable', `${what} printed neither patches nor that there are none`);
  const byId = new Map(patches.map((patch) => [patch.id, patch]));
  return { kind: 'patches', patches: [...byId.values()].sort((a, b) => Number(a.id) - Number(b.id)) };
}

function refusalOf({ code, stdout, stderr }: OpatchAnswer, what: string): PatchesTold | null {
  const text = `${stdout}\n${stderr}`;
  if (/The user is root\. OPatch cannot continue/i.test(text)) return refused('denied', `${what} refuses to run as root`);
  if (/Oracle Home dir\. path does not exist in Central Inventory|OracleHomeInventory gets null/i.test(text))
    return refused('unreadable', unlistedDetail);
  if (/\bunable to lock\b|\bcannot (?:lock|be locked)\b|\blocked by another\b/i.test(text)) return refused('unreadable', lockedDetail);
  if (code === 124 || code === 137) return refused('timeout', `${what} did not end within its time limit`);
  const failedWith = /OPatch failed with error code ([0-9]+)/i.exec(text)?.[1];
  if (failedWith !== undefined || code !== 0) return refused('unreadable', `${what} ended with exit code ${failedWith ?? code}`);
  return /OPatch failed|Inventory load failed/i.test(text) ? refused('unreadable', `${what} could not load the inventory`) : null;
}

/** `There are no Interim patches installed in this Oracle Home "/u01/…"`, and the head of lsinventory: `Oracle Home       : /u01/…`. */
function otherHomeOf({ stdout }: OpatchAnswer, paths: readonly string[], what: string): PatchesTold | null {
  const [, quoted, headed] = /\bin this Oracle Home "([^"\n]+)"|^Oracle Home[ \t]*:[ \t]*(\/\S+)/im.exec(stdout) ?? [];
  const home = (quoted ?? headed)?.replace(/(?<=.)\/+$/, '');
  return home === undefined || paths.length === 0 || paths.includes(home)
    ? null
    : refused('unreadable', `${what} answered for another home than it was asked for`);
}

/** The version of opatch itself: the file `OPatch/version.txt`, or what `opatch version` and `lsinventory` print. */
export const parseOpatchVersion = (text: string): string | null =>
  /^[ \t]*(?:OPATCH_VERSION|OPatch version)[ \t]*:[ \t]*([0-9]+(?:\.[0-9]+){2,6})[ \t\r]*$/im.exec(text)?.[1] ?? null;

const shortened = (description: string): string => description.trim().slice(0, 200);
