// Asks for vaults, keys and secrets of one side. No operation that it can name gives a value.
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyGot, TenancyListed } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { byText, listOverSide, type Missed, missedPart, type SideList } from '../../formats/side-lists.ts';
import type { Facts, Key, Secret, Vault } from './facts.ts';
import { isGone, type Part, readKey, readSecret, readVault } from './parse.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, { scope, keys: isWithKeys }: Settings): Promise<Outcome<Facts>> {
  const nothing: SideList = { entries: [], missed: [] };
  const [vaultList, secretList] = await Promise.all([
    isWithKeys ? listOverSide(tenancy, scope, { operation: 'listVaults', noun: 'vaults' }) : nothing,
    listOverSide(tenancy, scope, { operation: 'listSecrets', noun: 'secrets' }),
  ]);
  const vaults = kept(vaultList.entries.map(readVault), vaultList.missed, 'vaults');
  const [keys, read] = await Promise.all([
    keysOf(tenancy, scope, vaults.entries),
    Promise.all(secretList.entries.map((entry) => secretOf(tenancy, entry))),
  ]);
  const secrets = kept(read, secretList.missed, 'secrets');
  const [first] = [...vaults.missed, ...secrets.missed];
  if (first !== undefined && vaults.entries.length + secrets.entries.length === 0) return unseen(first.reason, first.detail);
  if (first === undefined && vaults.entries.length + secrets.entries.length === 0)
    return absent('no vaults and no secrets in these compartments');
  return observed({ region: { ...tenancy.region }, vaults, keys, secrets });
}

/** An entry that says too little to be known by is not one that is not there. */
function kept<T extends { readonly name: string | null; readonly ocid: string; readonly state: string }>(
  read: readonly (T | null)[],
  missed: readonly Missed[],
  noun: string,
): { entries: T[]; missed: Missed[] } {
  return {
    entries: read.filter((one): one is T => one !== null && !isGone(one.state)).sort(byText(({ name, ocid }) => `${name} ${ocid}`)),
    missed: read.includes(null) ? [...missed, nameless(noun)] : [...missed],
  };
}

const nameless = (noun: string): Missed =>
  missedPart(noun, { reason: 'unparsable', detail: `an entry among the ${noun} does not say what it is` });

/** A vault's keys may lie in other compartments than the vault. */
async function keysOf(tenancy: Tenancy, scope: Settings['scope'], vaults: readonly Vault[]): Promise<Facts['keys']> {
  const asked = await Promise.all(
    vaults.filter(isAnswering).map(async ({ ocid, endpoint, name }) => {
      const noun = `keys in ${name ?? ocid}`;
      if (endpoint === null) return { entries: [], missed: [noEndpoint(noun)] };
      const list = await listOverSide(tenancy, scope, { operation: 'listKeys', noun, params: { endpoint } });
      return kept(
        list.entries.map(({ body }) => readKey(body, ocid)),
        list.missed,
        noun,
      );
    }),
  );
  return { entries: distinct(asked.flatMap(({ entries }) => entries)), missed: asked.flatMap(({ missed }) => missed) };
}

/** One that is being made or deleted answers no questions about its keys. */
const isAnswering = ({ state }: Vault): boolean => !['CREATING', 'DELETING', 'SCHEDULING_DELETION', 'PENDING_DELETION'].includes(state);

const noEndpoint = (noun: string): Missed =>
  missedPart(noun, { reason: 'unparsable', detail: 'listVaults: the vault has no managementEndpoint' });

const distinct = (keys: readonly Key[]): Key[] =>
  [...new Map(keys.map((one) => [one.ocid, one])).values()].sort(byText(({ name, ocid }) => `${name} ${ocid}`));

async function secretOf(tenancy: Tenancy, entry: SideList['entries'][number]): Promise<Secret | null> {
  const secretId = textIn(entry.body, 'id');
  if (secretId === null) return null;
  const [itself, versions] = await Promise.all([tenancy.get('getSecret', { secretId }), tenancy.list('listSecretVersions', { secretId })]);
  return readSecret(entry, partOf(itself), partOf(versions));
}

function partOf(answer: TenancyGot | TenancyListed | TenancyFailed): Part {
  switch (answer.kind) {
    case 'failed':
      return unseenPart(answer);
    case 'object':
      return { kind: 'seen', body: answer.body };
    case 'list':
      return { kind: 'seen', body: answer.items };
  }
}
