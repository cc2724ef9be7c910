// From what an operator named to the calls that are tried, and what each is called in findings.
import type { CloudCall } from '../../contract/cloud.ts';
import type { Call } from './facts.ts';
import { originOf, regionOfOcid, regionOfUrl } from './origin.ts';
import type { Settings } from './settings.ts';

export type NamedCall = Omit<Call, 'result'> & { readonly call: CloudCall };

type Draft = Omit<NamedCall, 'kind' | 'label' | 'isRequired' | 'region'> & Partial<Pick<NamedCall, 'region'>>;
type Every = Settings['buckets'][number] | Settings['secrets'][number] | Settings['repositories'][number] | Settings['gets'][number];

/** In the order of the settings. */
export function callsOf(settings: Settings): readonly NamedCall[] {
  const named = (entry: Pick<Every, 'label' | 'required'>, draft: Draft): NamedCall => ({
    region: settings.region ?? null,
    ...draft,
    subject: entry.label ?? draft.subject,
    kind: draft.call.kind,
    label: entry.label ?? null,
    isRequired: entry.required,
  });
  return withUniqueSubjects([
    ...settings.buckets.map((entry) => named(entry, bucketCall(entry))),
    ...settings.secrets.map((entry) => named(entry, secretCall(entry))),
    ...settings.secretsByName.map((entry) => named(entry, findingCall(entry))),
    ...settings.repositories.map((entry) => named(entry, imagesCall(entry))),
    ...settings.gets.map((entry) => named(entry, getCall(entry))),
  ]);
}

function bucketCall({ name, namespace, action }: Settings['buckets'][number]): Draft {
  const where = { ...(namespace !== undefined && { namespace }), bucket: name };
  return action === 'head'
    ? { subject: `bucket ${name}`, name, compartment: null, call: { kind: 'head-bucket', ...where } }
    : { subject: `objects of bucket ${name}`, name, compartment: null, call: { kind: 'list-objects', ...where } };
}

function secretCall({ id, bundle }: Settings['secrets'][number]): Draft {
  const region = regionOfOcid(id);
  const named = { name: id, compartment: null, ...(region !== null && { region }) };
  return bundle
    ? { ...named, subject: `value of secret ${id}`, call: { kind: 'get-secret-bundle', secretId: id } }
    : { ...named, subject: `secret ${id}`, call: { kind: 'get-secret', secretId: id } };
}

const findingCall = ({ name, compartment, vault }: Settings['secretsByName'][number]): Draft => ({
  subject: `secret ${name}`,
  name,
  compartment,
  call: { kind: 'find-secret', compartmentId: compartment, ...(vault !== undefined && { vaultId: vault }), name },
});

const imagesCall = ({ name, compartment }: Settings['repositories'][number]): Draft => ({
  subject: `repository ${name}`,
  name,
  compartment,
  call: { kind: 'list-images', compartmentId: compartment, repository: name },
});

/** Of a query only the names are kept: nobody knows what an operator puts into its values. */
function getCall({ url }: Settings['gets'][number]): Draft {
  const [address = '', query] = url.split('?', 2);
  const names = [...new URLSearchParams(query ?? '').keys()];
  const name = names.length === 0 ? address : `${address}?${names.map((one) => `${one}=…`).join('&')}`;
  return { subject: `GET ${name}`, name, compartment: null, region: regionOfUrl(url), call: { kind: 'get', url } };
}

/** A finding is known by its subject: two entries under one label or name must not be taken for one. */
function withUniqueSubjects(calls: readonly NamedCall[]): readonly NamedCall[] {
  const taken = new Map<string, number>();
  const isAlone = (call: NamedCall): boolean => calls.filter((other) => other.subject === call.subject).length === 1;
  return calls.map((call) => {
    const wanted = isAlone(call) ? call.subject : `${call.subject} (${call.kind} ${call.name})`;
    const count = (taken.get(wanted) ?? 0) + 1;
    taken.set(wanted, count);
    return { ...call, subject: count === 1 ? wanted : `${wanted} #${count}` };
  });
}

/** Calls of one service go to one host. */
export function serviceOf(call: CloudCall): string {
  switch (call.kind) {
    case 'head-bucket':
    case 'list-objects':
      return 'Object Storage';
    case 'get-secret':
    case 'find-secret':
      return 'Vault';
    case 'get-secret-bundle':
      return 'Vault secrets';
    case 'list-images':
      return 'Container Registry';
    case 'get':
      return originOf(call.url);
  }
}
