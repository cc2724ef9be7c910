// What an operator may tell the certificate probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

const path = (description: string) => Type.String({ pattern: '^/', maxLength: 4_096, description });
const names = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 200, description });

const FileSettings = Type.Object(
  {
    path: path('Certificate file (PEM, DER, or a keystore that needs no password), or a glob (`*`, `?`, `{a,b}`, `**`)'),
    keyFile: Type.Optional(path('Its private key: only compared with the certificate’s public key, never kept')),
    mustCover: Type.Optional(names('Host names or IP addresses that the certificate has to be valid for')),
  },
  { additionalProperties: false },
);

const StoreSettings = Type.Object(
  {
    path: path('Keystore (PKCS#12, JKS, JCEKS; told apart by content), or the folder of an Oracle wallet'),
    passwordFile: Type.Optional(path('File whose first line is the password. Java’s own keystores are read without one')),
    mustCover: Type.Optional(names('Host names or IP addresses that the certificate has to be valid for')),
    autoLogin: Type.Optional(
      Type.Unsafe<'portable' | 'local'>({
        type: 'string',
        enum: ['portable', 'local'],
        description:
          'How a wallet’s cwallet.sso was made, which nothing but orapki can tell: `portable` (auto_login) opens when copied, `local` (auto_login_local) only on the host and for the user that made it',
      }),
    ),
  },
  { additionalProperties: false },
);

const ListenerSettings = Type.Object(
  {
    address: Type.String({ pattern: '^[0-9a-fA-F.:]+$', default: '127.0.0.1', description: 'IP address of this machine to connect to' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port' }),
    serverName: Type.Optional(
      Type.String({ minLength: 1, maxLength: 253, description: 'Name to ask for (SNI), which the certificate has to cover' }),
    ),
    startTls: Type.Optional(
      Type.Unsafe<'smtp' | 'postgres'>({
        type: 'string',
        enum: ['smtp', 'postgres'],
        description: 'Protocol that is spoken before TLS starts',
      }),
    ),
    file: Type.Optional(path('Certificate file that this listener should be serving')),
    mustCover: Type.Optional(names('Host names or IP addresses that the certificate has to be valid for')),
  },
  { additionalProperties: false },
);

export const SettingsSchema = Type.Object(
  {
    files: Type.Array(Type.Union([path('Certificate file or glob'), FileSettings]), {
      maxItems: 500,
      default: [],
      description: 'Certificate files to look at, as a path or with what is expected of them',
    }),
    stores: Type.Array(StoreSettings, { maxItems: 200, default: [], description: 'Keystores and Oracle wallets' }),
    listeners: Type.Array(ListenerSettings, { maxItems: 200, default: [], description: 'TLS listeners of this machine' }),
    authorities: Type.Array(path('PEM file'), {
      maxItems: 50,
      default: [],
      description: 'Files with private root certificates that the clients of this system trust, beside those that this machine trusts',
    }),
    discover: Type.Boolean({
      default: true,
      description:
        'Also look where web servers, mail servers, Java, Oracle and certbot keep certificates, and at listeners on usual TLS ports',
    }),
    checkKeys: Type.Boolean({ default: true, description: 'Compare certificates with the private keys that are configured beside them' }),
    warnDays: Type.Number({
      minimum: 0,
      maximum: 3_650,
      default: 30,
      description: 'A certificate ends soon when fewer days than this are left …',
    }),
    warnShare: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.25,
      description: '… and less than this share of its whole lifetime, so that short-lived certificates do not always end soon',
    }),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;
export type FileSettings = Static<typeof FileSettings>;
export type ListenerSettings = Static<typeof ListenerSettings>;

export const defaultSettings: Settings = {
  files: [],
  stores: [],
  listeners: [],
  authorities: [],
  discover: true,
  checkKeys: true,
  warnDays: 30,
  warnShare: 0.25,
};
