// Finds the certificates behind TLS settings, each asked for once in a look however many listeners use it.
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { entriesIn, textIn } from '../../formats/oci.ts';
import type { Certificate, Facts, Tls, TlsCertificate } from './facts.ts';
import type { ReadTls } from './parse-balancer.ts';
import { readBundle, readManaged } from './parse-managed.ts';
import { describe, fingerprint, type PemCertificate, readPem } from './parse-pem.ts';

export interface BalancerCertificates {
  tls(read: ReadTls | null, place: 'listener' | 'backends'): Promise<Tls | null>;
}

interface Bundle {
  readonly own: string;
  readonly authorities: string;
}

interface ParsedBundle {
  readonly described: PemCertificate | null;
  /** Fingerprints; sorted. */
  readonly authorities: readonly string[];
}

function parse(bundle: Bundle): ParsedBundle {
  const own = readPem(bundle.own);
  const authorities = readPem(bundle.authorities) ?? [];
  return { described: own === null ? null : describe(own, authorities), authorities: authorities.map(fingerprint).sort() };
}

export class Certificates {
  readonly #tenancy: Tenancy;
  readonly #seen = new Map<string, Certificate>();
  readonly #managed = new Map<string, Facts['managed'][number]>();
  readonly #read = new Map<string, ParsedBundle>();
  readonly #asked = new Map<string, Promise<Certificate | UnseenPart>>();

  constructor(tenancy: Tenancy) {
    this.#tenancy = tenancy;
  }

  seen(): Facts['certificates'] {
    return Object.fromEntries([...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  managed(): Facts['managed'] {
    return [...this.#managed.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Every certificate of the Certificates service in the compartment, used by a balancer or by something else. */
  async lookInto(compartmentId: string): Promise<TenancyListed | TenancyFailed> {
    const listed = await this.#tenancy.list('listCertificates', { compartmentId });
    if (listed.kind === 'failed' || listed.items.length === 0) return listed;
    const associations = await this.#tenancy.list('listAssociations', { compartmentId });
    await Promise.all(
      listed.items.map(async (entry) => {
        const id = textIn(entry, 'id');
        if (id === null || isGone(entry)) return;
        await this.#managedOf(id, entry);
        this.#managed.set(id, { key: id, usedBy: usersOf(associations, id) });
      }),
    );
    return listed;
  }

  ofBalancer(loadBalancerId: string, body: unknown): BalancerCertificates {
    const inBody = new Map(entriesIn(body, 'certificates').map(([name, bundle]) => [name, bundleOf(bundle)]));
    let asked: Promise<TenancyListed | TenancyFailed> | null = null;
    const bundle = async (name: string): Promise<Bundle | UnseenPart | null> => {
      const found = inBody.get(name);
      if (found !== undefined && found.own !== '') return found;
      asked ??= this.#tenancy.list('listLoadBalancerCertificates', { loadBalancerId });
      const list = await asked;
      if (list.kind === 'failed') return unseenPart(list);
      const entry = list.items.find((one) => textIn(one, 'certificateName') === name);
      return entry === undefined ? (found?.authorities ? found : null) : bundleOf(entry);
    };
    return { tls: async (read, place) => (read === null ? null : this.#tls(loadBalancerId, read, place, bundle)) };
  }

  async #tls(
    loadBalancerId: string,
    read: ReadTls,
    place: 'listener' | 'backends',
    bundleNamed: (name: string) => Promise<Bundle | UnseenPart | null>,
  ): Promise<Tls> {
    const { bundle, certificateIds, authorityIds, ...told } = read;
    const found = bundle === null ? null : await bundleNamed(bundle);
    const isServed = place === 'listener' || found === null || isUnseen(found) || !this.#isOfAuthorities(found);
    const own = bundle === null || !isServed ? [] : [this.#ofBundle(loadBalancerId, bundle, found)];
    const managed = await Promise.all(certificateIds.map((id) => this.#ofService(id)));
    return {
      ...told,
      certificates: [...own, ...managed],
      authorities: { sha256: found === null || isUnseen(found) ? [] : [...this.#parsed(found).authorities], ids: authorityIds },
    };
  }

  /** To verify backends a bundle needs authorities and nothing else. */
  #isOfAuthorities(bundle: Bundle): boolean {
    return bundle.own.trim() === '' && this.#parsed(bundle).authorities.length > 0;
  }

  #ofBundle(loadBalancerId: string, name: string, found: Bundle | UnseenPart | null): TlsCertificate {
    if (found === null) return { kind: 'missing', name };
    if (isUnseen(found)) return { name, ...found };
    const { described } = this.#parsed(found);
    if (described === null)
      return { name, kind: 'unseen', reason: 'unparsable', detail: `no certificate can be read in the bundle ${name}` };
    const key = `${loadBalancerId} ${name}`;
    this.#seen.set(key, { ...fromBundle, ...described, name, names: [...described.names] });
    return { kind: 'seen', key };
  }

  /** Many listeners, and many balancers, serve one certificate. */
  #parsed(bundle: Bundle): ParsedBundle {
    const key = `${bundle.own}\n${bundle.authorities}`;
    const known = this.#read.get(key) ?? parse(bundle);
    this.#read.set(key, known);
    return known;
  }

  async #ofService(id: string): Promise<TlsCertificate> {
    const certificate = await this.#managedOf(id, null);
    return isUnseen(certificate) ? { name: id, ...certificate } : { kind: 'seen', key: id };
  }

  #managedOf(id: string, entry: unknown): Promise<Certificate | UnseenPart> {
    const asked = this.#asked.get(id) ?? this.#askFor(id, entry);
    this.#asked.set(id, asked);
    return asked;
  }

  /** Either of its two services will do: one tells names and dates, the other the certificates themselves. */
  async #askFor(certificateId: string, entry: unknown): Promise<Certificate | UnseenPart> {
    const [told, versions, bundle] = await Promise.all([
      this.#tenancy.get('getCertificate', { certificateId }),
      this.#tenancy.list('listCertificateVersions', { certificateId }),
      // The other types hold the private key.
      this.#tenancy.get('getCertificateBundle', { certificateId, certificateBundleType: 'CERTIFICATE_CONTENT_PUBLIC_ONLY' }),
    ]);
    const pem = bundle.kind === 'object' ? readBundle(bundle.body) : null;
    const noChain = bundle.kind === 'failed' ? unseenPart(bundle) : unreadable(certificateId);
    const known = versions.kind === 'list' ? versions.items : null;
    const managed = (told.kind === 'object' ? readManaged(told.body, known, noChain) : null) ?? readManaged(entry, known, noChain);
    if (managed === null && pem === null) return told.kind === 'failed' ? unseenPart(told) : unreadable(certificateId);
    const certificate = {
      ...(managed ?? { ...fromBundle, id: certificateId, chain: noChain, name: nameIn(bundle) ?? certificateId }),
      ...(pem ?? nothingRead),
    };
    this.#seen.set(certificateId, certificate);
    return certificate;
  }
}

const isUnseen = (one: object): one is UnseenPart => 'kind' in one && one.kind === 'unseen';

const isGone = (entry: unknown): boolean => ['DELETED', 'PENDING_DELETION', 'DELETING'].includes(textIn(entry, 'lifecycleState') ?? '');

const nameIn = (bundle: { readonly kind: string; readonly body?: unknown }): string | null => textIn(bundle.body, 'certificateName');

const unreadable = (id: string): UnseenPart => ({
  kind: 'unseen',
  reason: 'unparsable',
  detail: `no certificate can be read in what is answered for ${id}`,
});

const fromBundle = {
  id: null,
  sha256: null,
  subject: null,
  names: [] as string[],
  notBefore: null,
  notAfter: null,
  serial: null,
  key: null,
  state: null,
  isRevoked: false,
  version: null,
  failedVersion: null,
} as const;

const nothingRead = {};

const bundleOf = (body: unknown): Bundle => ({
  own: textIn(body, 'publicCertificate') ?? '',
  authorities: textIn(body, 'caCertificate') ?? '',
});

function usersOf(associations: TenancyListed | TenancyFailed, id: string): string[] | null {
  if (associations.kind === 'failed') return null;
  const users = associations.items
    .filter((one) => textIn(one, 'certificatesResourceId') === id)
    .flatMap((one) => textIn(one, 'associatedResourceId') ?? []);
  return [...new Set(users)].sort();
}
