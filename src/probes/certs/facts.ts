// What is known about the certificates of one machine, in the form in which two machines are compared.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

const closed = { additionalProperties: false } as const;
const Reason = Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] });
const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...(description === undefined ? {} : { description }) });

const PublicKeySchema = Type.Object(
  {
    type: Type.String({ description: '`rsa`, `rsa-pss`, `ec`, `ed25519`, `dsa`, `ml-dsa-65` …; `unknown` where this version cannot tell' }),
    bits: Type.Optional(Type.Integer({ description: 'Modulus of RSA and DSA, field of a curve' })),
    curve: Type.Optional(Type.String()),
    sha256: Type.String({ description: 'Fingerprint of the public key: equal where the private key is the same' }),
  },
  closed,
);

export const CertificateSchema = Type.Object(
  {
    position: Type.Integer({ description: 'Place in the file, store or served chain, from 0' }),
    alias: Type.Optional(Type.String({ description: 'Name of the entry in a keystore' })),
    use: oneOf(
      ['leaf', 'intermediate', 'root', 'authority'],
      '`authority`: trusted by itself, as in a trust store; the others: member of a chain that is served',
    ),
    sha256: Type.String(),
    subject: Type.String(),
    issuer: Type.String(),
    names: Type.Array(Type.String(), { description: 'subjectAltName: `DNS:…`, `IP:…`, `URI:…`, `email:…`; sorted' }),
    serial: Type.String(),
    notBefore: Type.String({ description: 'ISO 8601, UTC' }),
    notAfter: Type.String({ description: 'ISO 8601, UTC' }),
    key: PublicKeySchema,
    signature: Type.String({ description: 'Signature algorithm as OpenSSL names it' }),
    isCa: Type.Boolean(),
    isSelfSigned: Type.Boolean(),
  },
  closed,
);

export type Certificate = Static<typeof CertificateSchema>;

const ChainSchema = Type.Object(
  {
    leaf: Type.Integer({ description: 'Position of the certificate that the chain is for' }),
    completeness: Type.Union([
      Type.Object({ kind: Type.Literal('complete'), anchor: oneOf(['own-root', 'listed', 'trusted-here']) }, closed),
      Type.Object({ kind: Type.Literal('self-signed') }, closed),
      Type.Object({ kind: Type.Literal('incomplete'), missing: Type.String({ description: 'Issuer that is found nowhere' }) }, closed),
      Type.Object({ kind: Type.Literal('unseen'), reason: Reason, detail: Type.String() }, closed),
    ]),
    isInOrder: Type.Boolean({
      description: 'Each certificate is followed by the one that issued it (RFC 5246; 8446 still asks the leaf to be first)',
    }),
  },
  closed,
);

export type Chain = Static<typeof ChainSchema>;

const KeySchema = Type.Union([
  Type.Object({ kind: Type.Literal('not-named') }, closed),
  Type.Object({ kind: Type.Literal('in-store') }, closed),
  Type.Object({ kind: Type.Literal('proven-by-handshake') }, closed),
  Type.Object({ kind: Type.Literal('belongs'), path: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('other'), path: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('missing'), path: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('unseen'), path: Type.String(), reason: Reason, detail: Type.String() }, closed),
]);

export type KeyMatch = Static<typeof KeySchema>;

const FileStateSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('present'),
      modifiedAt: Type.String(),
      sha256: Type.Union([Type.String(), Type.Null()], { description: 'Null: the content may not be read' }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('missing') }, closed),
  Type.Object({ kind: Type.Literal('unseen'), reason: Reason, detail: Type.String() }, closed),
]);

export type FileState = Static<typeof FileStateSchema>;

const WalletSchema = Type.Object(
  {
    store: FileStateSchema,
    autoLogin: FileStateSchema,
    autoLoginKind: oneOf(['portable', 'local', 'unseen'], 'As the settings say; the file itself does not show it'),
  },
  closed,
);

export type Wallet = Static<typeof WalletSchema>;

export const SourceSchema = Type.Object(
  {
    where: Type.String({ description: 'Path, or `address:port` with the asked name in brackets' }),
    kind: oneOf(['file', 'store', 'wallet', 'listener']),
    foundBy: Type.String({ description: '`settings`, `usual place`, `listening`, or the configuration file that names it' }),
    manager: Type.Optional(oneOf(['certbot'], 'Who renews it, where its path shows it')),
    serverNames: Type.Array(Type.String(), { description: 'Names under which a server’s configuration uses it; sorted' }),
    mustCover: Type.Array(Type.String(), { description: 'Names that the settings ask for; sorted' }),
    shouldServe: Type.Array(Type.String(), {
      description: 'For a listener: the files that its configuration or the settings name; sorted',
    }),
    reload: Type.Optional(Type.String({ description: 'Service that has to reload after a renewal' })),
    wallet: Type.Optional(WalletSchema),
    content: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          format: oneOf(['pem', 'der', 'pkcs12', 'jks', 'jceks', 'tls']),
          certificates: Type.Array(CertificateSchema),
          chains: Type.Array(ChainSchema),
          key: KeySchema,
          /** What of the source could not be read beside the certificates that could. */
          damaged: Type.Array(Type.String()),
        },
        closed,
      ),
      Type.Object({ kind: Type.Literal('missing') }, closed),
      Type.Object({ kind: Type.Literal('unseen'), reason: Reason, detail: Type.String() }, closed),
    ]),
  },
  closed,
);

export type Source = Static<typeof SourceSchema>;
export type SeenContent = Extract<Source['content'], { kind: 'seen' }>;

export const FactsSchema = Type.Object(
  {
    sources: Type.Array(SourceSchema, { description: 'Sorted by `where`' }),
    unsearched: Type.Array(Type.Object({ place: Type.String(), reason: Reason, detail: Type.String() }, closed), {
      description: 'Places that discovery could not look into, so that the list above may lack something',
    }),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;
export type Unsearched = Facts['unsearched'][number];

/** A member of a chain that is served, and not an authority that is merely trusted. */
export const isServed = ({ use }: Certificate): boolean => use !== 'authority';
