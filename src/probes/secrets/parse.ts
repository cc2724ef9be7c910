// Reads what the vault and key services answer. Values are in none of these bodies.
// Fields: https://docs.oracle.com/en-us/iaas/api/#/en/secretmgmt/20180608/Secret and …/key/release/datatypes/KeySummary
import type { UnseenPart } from '../../contract/region.ts';
import { entriesIn, field, flagIn, listIn, numberIn, textIn, textsIn, timeIn } from '../../formats/oci.ts';
import type { Key, Secret, Vault } from './facts.ts';

export interface Entry {
  readonly compartment: string;
  readonly body: unknown;
}

/** Null for an entry that does not say which vault it is, and for one that is gone. */
export function readVault({ compartment, body }: Entry): Vault | null {
  const ocid = textIn(body, 'id');
  if (ocid === null) return null;
  return {
    name: textIn(body, 'displayName'),
    ocid,
    state: textIn(body, 'lifecycleState') ?? '',
    compartment,
    endpoint: textIn(body, 'managementEndpoint'),
  };
}

/** `vault` is the one whose endpoint was asked. */
export function readKey(body: unknown, vault: string): Key | null {
  const ocid = textIn(body, 'id');
  const name = textIn(body, 'displayName');
  if (ocid === null || name === null) return null;
  return {
    name,
    ocid,
    vault: textIn(body, 'vaultId') ?? vault,
    state: textIn(body, 'lifecycleState') ?? '',
    algorithm: textIn(body, 'algorithm') ?? textIn(field(body, 'keyShape'), 'algorithm'),
    length: wholeIn(field(body, 'keyShape'), 'length'),
    protection: textIn(body, 'protectionMode'),
  };
}

export const isGone = (state: string): boolean => state === 'DELETED';

/** A part of an answer, or why there was none. */
export type Part = { readonly kind: 'seen'; readonly body: unknown } | UnseenPart;

/** From its entry in the list, itself, and its versions. Null for an entry that does not say which secret it is. */
export function readSecret({ compartment, body: entry }: Entry, whole: Part, versions: Part): Secret | null {
  const itself = whole.kind === 'seen' ? whole.body : null;
  // What both say, the thing itself says later.
  const body = { ...Object.fromEntries(saidBy(entry)), ...Object.fromEntries(saidBy(itself)) };
  const ocid = textIn(entry, 'id');
  const name = textIn(entry, 'secretName');
  const vault = textIn(entry, 'vaultId');
  if (ocid === null || name === null || vault === null) return null;
  const current = currentOf(versions);
  return {
    name,
    ocid,
    vault,
    key: textIn(body, 'keyId'),
    compartment,
    state: stateOf(entry, itself),
    deletedAt: timeIn(body, 'timeOfDeletion'),
    expiresAt: endOf(body, current),
    isBlockedOnExpiry: whole.kind === 'seen' ? isBlockedOnExpiry(body) : null,
    replicaOf: replicaOf(body),
    replicatedTo: targetsOf(body),
    version: wholeIn(body, 'currentVersionNumber') ?? (current.kind === 'seen' ? versionOf(current.body) : numberUnseen(whole, current)),
    writtenAt: current.kind === 'seen' ? (timeIn(current.body, 'timeCreated') ?? unparsable('the current version has no time')) : current,
  };
}

/** Between two answers it may have begun to go: what is not ACTIVE in one of them is not. */
function stateOf(entry: unknown, itself: unknown): string {
  const [listed, own] = [textIn(entry, 'lifecycleState'), textIn(itself, 'lifecycleState')];
  return (listed !== null && listed !== 'ACTIVE' ? listed : (own ?? listed)) ?? '';
}

const saidBy = (body: unknown): readonly (readonly [string, unknown])[] =>
  entriesIn({ body }, 'body').filter(([, value]) => value !== null && value !== undefined);

function currentOf(versions: Part): Part {
  if (versions.kind === 'unseen') return versions;
  const current = (listIn(versions, 'body') ?? []).find((one) => textsIn(one, 'stages')?.includes('CURRENT'));
  return current === undefined ? unparsable('none of its versions is in stage CURRENT') : { kind: 'seen', body: current };
}

const versionOf = (current: unknown): Secret['version'] =>
  wholeIn(current, 'versionNumber') ?? unparsable('the current version has no number');

const numberUnseen = (whole: Part, current: UnseenPart): UnseenPart => (whole.kind === 'unseen' ? whole : current);

const unparsable = (detail: string): UnseenPart => ({ kind: 'unseen', reason: 'unparsable', detail });

function wholeIn(body: unknown, name: string): number | null {
  const value = numberIn(body, name);
  return value === null || !Number.isSafeInteger(value) ? null : value;
}

const expiryRules = (body: unknown): readonly unknown[] =>
  (listIn(body, 'secretRules') ?? []).filter((rule) => textIn(rule, 'ruleType') === 'SECRET_EXPIRY_RULE');

/** The first of the ends that are named: of the version, and of the secret as a whole. */
function endOf(body: unknown, current: Part): number | null {
  const ends = [
    timeIn(body, 'timeOfCurrentVersionExpiry'),
    current.kind === 'seen' ? timeIn(current.body, 'timeOfExpiry') : null,
    ...expiryRules(body).map((rule) => timeIn(rule, 'timeOfAbsoluteExpiry')),
  ].filter((end): end is number => end !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

const isBlockedOnExpiry = (body: unknown): boolean =>
  expiryRules(body).some((rule) => flagIn(rule, 'isSecretContentRetrievalBlockedOnExpiry') === true);

function replicaOf(body: unknown): string | null {
  const source = textIn(field(body, 'sourceRegionInformation'), 'sourceVaultId');
  if (source !== null) return source;
  return flagIn(body, 'isReplica') === true ? '' : null;
}

const targetsOf = (body: unknown): Secret['replicatedTo'] =>
  (listIn(field(body, 'replicationConfig'), 'replicationTargets') ?? [])
    .flatMap((target) => {
      const [region, vault] = [textIn(target, 'targetRegion'), textIn(target, 'targetVaultId')];
      return region === null || vault === null ? [] : [{ region, vault }];
    })
    .sort((a, b) => (a.vault < b.vault ? -1 : 1));
