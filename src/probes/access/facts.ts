// What the access probe knows after a look. What moves with every look (the end of a certificate that rotates, times, request ids)
// stays out of it.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import type { CloudCall } from '../../contract/cloud.ts';

const strict = { additionalProperties: false } as const;
const oneOf = <const T extends readonly string[]>(words: T) => Type.Unsafe<T[number]>({ type: 'string', enum: [...words] });
const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** No connection to the host, or none that says anything. */
export const unreachableClasses = [
  'no-such-name',
  'refused',
  'no-route',
  'silent',
  'reset',
  'local-firewall',
  'tls-failed',
  'proxy-failed',
] as const;

/** How an attempt ended. Only `allowed` is good. */
export const resultClasses = [
  'allowed',
  /** It may be looked for, and is not there or is being deleted. */
  'missing',
  /** Not authorised or not found: OCI gives one answer for both, on purpose. */
  'denied',
  'clock-skewed',
  'not-authenticated',
  /** OCI takes the call itself for wrong. */
  'rejected',
  'throttled',
  'service-error',
  /** The service answers others in time, or there was no time left for this one. */
  'slow',
  ...unreachableClasses,
  /** There was no token to try it with. */
  'not-tried',
  'unseen',
] as const;

export type ResultClass = (typeof resultClasses)[number];

const ResultSchema = Type.Object(
  {
    class: oneOf(resultClasses),
    cause: Type.String({ description: 'Status and code as they came; empty for none' }),
    host: textOrNull('Who was asked; null where it was not told'),
  },
  strict,
);

export type Result = Static<typeof ResultSchema>;

export const kinds = [
  'head-bucket',
  'list-objects',
  'get-secret',
  'find-secret',
  'get-secret-bundle',
  'list-images',
  'get',
] as const satisfies readonly CloudCall['kind'][];

export type Kind = (typeof kinds)[number];

const CallSchema = Type.Object(
  {
    subject: Type.String({ description: 'What findings about it are called; unique on this machine' }),
    kind: oneOf(kinds),
    label: textOrNull('As configured; null for none'),
    name: Type.String({ description: 'Bucket, secret, repository or address, as configured' }),
    compartment: textOrNull('Where it was looked for; null where the call names none'),
    region: textOrNull('In which it lies; null where that cannot be told from its name'),
    isRequired: Type.Boolean(),
    result: ResultSchema,
  },
  strict,
);

export type Call = Static<typeof CallSchema>;

const PrincipalSchema = Type.Object(
  {
    stage: oneOf(['metadata', 'federation', 'token'] as const),
    /** `allowed` at stage `token` only. */
    result: ResultSchema,
    region: textOrNull('Of the instance; null where nobody said'),
    instance: textOrNull('OCID; null where there was no certificate to read it from'),
    compartment: textOrNull('OCID; null where there was no certificate to read it from'),
    tenancy: textOrNull('OCID; null where there was no certificate to read it from'),
    certificate: oneOf(['valid', 'expired', 'not-yet-valid', 'not-seen'] as const),
    /** Beside OCI’s: `off` is more than a minute, `wrong` more than the five that it lets pass. */
    clock: oneOf(['right', 'off', 'wrong', 'not-told'] as const),
  },
  strict,
);

export type Principal = Static<typeof PrincipalSchema>;

export const FactsSchema = Type.Object({ principal: PrincipalSchema, calls: Type.Array(CallSchema) }, strict);

export type Facts = Static<typeof FactsSchema>;

export const isUnreachable = (result: Result): boolean => unreachableClasses.some((one) => one === result.class);
