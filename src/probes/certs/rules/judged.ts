// What rules go over: each certificate with its source, and the words and commands that its findings share.
import type { Draft } from '../../../contract/rule.ts';
import type { Certificate, Chain, Facts, SeenContent, Source } from '../facts.ts';

export interface Judged {
  readonly source: Source;
  readonly content: SeenContent;
  readonly certificate: Certificate;
}

/**
 * Every certificate that was seen, those of listeners only where they are not in a file, keystore or wallet that was seen too:
 * what is wrong with the file is said once.
 */
export function judgedCertificates({ sources }: Facts): readonly Judged[] {
  const kept = new Set(sources.filter(({ kind }) => kind !== 'listener').flatMap(({ content }) => seenFingerprints(content)));
  return sources.flatMap((source) => {
    const { content } = source;
    if (content.kind !== 'seen') return [];
    return content.certificates
      .filter(({ sha256 }) => source.kind !== 'listener' || !kept.has(sha256))
      .map((certificate) => ({ source, content, certificate }));
  });
}

const seenFingerprints = (content: Source['content']): readonly string[] =>
  content.kind === 'seen' ? content.certificates.map(({ sha256 }) => sha256) : [];

export interface JudgedChain extends Judged {
  readonly chain: Chain;
}

/** Each leaf with its chain, by the same measure. */
export const judgedChains = (facts: Facts): readonly JudgedChain[] => judgedCertificates(facts).flatMap(withChain);

/**
 * Each chain that is `amiss`, those of listeners only where a file with the same leaf is not amiss in the same way: a service
 * may send less than what lies on the disk.
 */
export function chainsAmiss({ sources }: Facts, amiss: (chain: Chain) => string | null): readonly JudgedChain[] {
  const found = sources.flatMap((source) => chainsOf(source)).filter(({ chain }) => amiss(chain) !== null);
  const told = ({ certificate, chain }: JudgedChain): string => `${certificate.sha256} ${amiss(chain)}`;
  const inFiles = new Set(found.filter(({ source }) => source.kind !== 'listener').map(told));
  return found.filter((judged) => judged.source.kind !== 'listener' || !inFiles.has(told(judged)));
}

/** Every leaf of one source with its chain. */
export function chainsOf(source: Source): readonly JudgedChain[] {
  const { content } = source;
  if (content.kind !== 'seen') return [];
  return content.certificates.flatMap((certificate) => withChain({ source, content, certificate }));
}

function withChain(judged: Judged): readonly JudgedChain[] {
  const chain = judged.content.chains.find(({ leaf }) => leaf === judged.certificate.position);
  return chain === undefined ? [] : [{ ...judged, chain }];
}

/** The file, with the alias where a store holds several, and the certificate where it is not the leaf. */
export function subjectOf({ source, content, certificate }: Judged): string {
  const entry = certificate.alias !== undefined && content.certificates.length > 1 ? ` [${certificate.alias}]` : '';
  const isTheLeaf = certificate.use === 'leaf' && (content.chains.length < 2 || entry !== '');
  return `${source.where}${entry}${isTheLeaf ? '' : ` (${commonName(certificate.subject)})`}`;
}

/** `CN=…` alone where there is one. */
export const commonName = (subject: string): string =>
  /(?:^|, )(CN=(?:[^,\\]|\\.)*)/.exec(subject)?.[1] ?? (subject === '' ? 'no subject' : subject);

/** What remedies are filled with; every value is a text that is ready to be typed. */
export function remedyWords({ source, content, certificate }: Judged): NonNullable<Draft['with']> {
  return {
    ...sourceWords(source),
    issuer: certificate.isSelfSigned ? 'an authority' : commonName(certificate.issuer),
    verify: verification(source, content.format, certificate),
  };
}

export function sourceWords(source: Source): Record<string, string> {
  const path = source.kind === 'listener' ? (source.shouldServe[0] ?? `the file behind ${source.where}`) : source.where;
  return {
    path: source.kind === 'listener' && source.shouldServe.length === 0 ? path : quoted(path),
    service: source.reload ?? '',
    manager: source.manager ?? '',
    lineage: source.manager === 'certbot' ? (source.where.split('/').at(-2) ?? '') : '',
  };
}

function verification(source: Source, format: SeenContent['format'], { alias }: Certificate): string {
  const path = quoted(source.where);
  switch (format) {
    case 'pem':
      return `openssl x509 -in ${path} -noout -subject -issuer -dates -ext subjectAltName`;
    case 'der':
      return `openssl x509 -inform DER -in ${path} -noout -subject -issuer -dates -ext subjectAltName`;
    case 'jks':
    case 'jceks':
      return `keytool -list -v -keystore ${path}${alias === undefined ? '' : ` -alias ${quoted(alias)}`}`;
    case 'pkcs12':
      return source.kind === 'wallet' ? `orapki wallet display -wallet ${path} -complete` : `openssl pkcs12 -in ${path} -nokeys -info`;
    case 'tls':
      return handshake(source.where);
  }
}

/** `*:443 (app.example.com)` as arguments of s_client. */
export function handshake(where: string): string {
  const [place = '', name] = where.replace(/\)$/, '').split(' (');
  return `openssl s_client -connect ${place.replace(/^\*/, '127.0.0.1')}${name === undefined ? '' : ` -servername ${name}`} </dev/null | openssl x509 -noout -subject -issuer -dates`;
}

export const quoted = (text: string): string => (/^[A-Za-z0-9_@%+=:,./*-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Renewal by whoever manages it; then the service takes it up; then a look proves it. */
export function renewal(draft: Draft): string {
  const { manager, lineage, path, issuer } = words(draft);
  const renew =
    manager === 'certbot'
      ? [`$ sudo certbot renew --cert-name ${lineage}`]
      : [
          `# Have ${issuer} issue a new certificate and put it, with its whole chain, in ${path}; or copy it from the side that has been renewed.`,
        ];
  return [...renew, ...afterwards(draft)].join('\n');
}

/** Reload where a service is known, and the look that proves it. */
export function afterwards(draft: Draft): readonly string[] {
  const { service, verify } = words(draft);
  return [...(service === '' ? [] : [`$ sudo systemctl reload ${service}`]), `$ ${verify}`];
}

/** A draft that carries no words still has a remedy. */
export const words = (draft: Draft): Record<string, string> =>
  new Proxy(draft.with ?? {}, { get: (known, key) => Reflect.get(known, key) ?? '' }) as Record<string, string>;
