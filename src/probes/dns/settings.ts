// What an operator may tell the dns probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';

const strict = { additionalProperties: false } as const;

/** Types whose answers the probe can compare as text. */
export const recordTypes = ['A', 'AAAA', 'CNAME', 'NS', 'SOA', 'MX', 'TXT', 'SRV', 'PTR', 'CAA', 'SVCB', 'HTTPS'] as const;

const address = '[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*';
const cidr = Type.String({ pattern: `^(?:${address})/[0-9]{1,3}$`, format: 'cidr' });
const name = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 253,
    pattern: '^[^\\s]+$',
    description: `${description} (absolute; the last dot may be left out)`,
  });

const ExpectSchema = Type.Object(
  {
    within: Type.Optional(Type.Array(cidr, { minItems: 1, maxItems: 100, description: 'Every address lies in one of these networks' })),
    notWithin: Type.Optional(Type.Array(cidr, { minItems: 1, maxItems: 100, description: 'No address lies in any of these networks' })),
    equals: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1_024 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Exactly these answers, in any order, as dig prints them',
      }),
    ),
    cname: Type.Optional(name('The name leads through an alias to this one')),
    maximumTtl: Type.Optional(
      Type.String({ pattern: durationPattern, description: 'Longest lawful TTL of this name; `switchoverBudget` when not given' }),
    ),
    accepts: Type.Optional(
      Type.Object(
        { port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port' }) },
        { ...strict, description: 'Every address accepts a connection on this port (types A and AAAA)' },
      ),
    ),
  },
  { ...strict, default: {}, description: 'What the answer has to be' },
);

const NameSchema = Type.Object(
  {
    name: name('Name to ask for'),
    type: Type.Unsafe<(typeof recordTypes)[number]>({ type: 'string', enum: [...recordTypes], default: 'A', description: 'Record type' }),
    resolvers: Type.Array(Type.String({ pattern: `^(?:system|(?:${address})|[0-9.]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$` }), {
      minItems: 1,
      maxItems: 16,
      default: ['system'],
      description:
        'Who is asked: `system` (every name server of /etc/resolv.conf, those behind systemd-resolved, and the way applications resolve names), an IP address, `10.0.0.2:5353` or `[2001:db8::2]:5353`',
    }),
    expect: ExpectSchema,
    authoritative: Type.Boolean({
      default: false,
      description: 'Also ask every name server of the zone directly: do they agree, is one behind, which TTL is published',
    }),
    sameAsPrimary: Type.Boolean({ default: false, description: 'The standby has to get the same answer as its primary' }),
    movesAtSwitchover: Type.Boolean({
      default: false,
      description: 'The switchover itself changes this name, so that until then it lawfully leads to the primary’s site',
    }),
    rotates: Type.Boolean({
      default: false,
      description:
        'Each answer is another part of a larger pool: addresses within `expect.within` are then reported as that network, and answers are not compared with each other',
    }),
  },
  strict,
);

export const DnsSettingsSchema = Type.Object(
  {
    names: Type.Array(NameSchema, { maxItems: 200, default: [], description: 'Names to ask for' }),
    switchoverBudget: Type.String({
      pattern: durationPattern,
      default: '5m',
      description: 'How long clients may go on using an old answer after a switchover: the longest lawful TTL',
    }),
    timeout: Type.String({ pattern: durationPattern, default: '2s', description: 'How long one question waits for its answer' }),
    attempts: Type.Integer({
      minimum: 1,
      maximum: 5,
      default: 2,
      description: 'How often a question over UDP is sent; the last time without EDNS, which some middleboxes drop',
    }),
  },
  strict,
);

export type DnsSettings = Static<typeof DnsSettingsSchema>;
export type NameSettings = DnsSettings['names'][number];

export const defaultSettings: DnsSettings = { names: [], switchoverBudget: '5m', timeout: '2s', attempts: 2 };

/** What findings about a name are called: two entries of one name and type differ by whom they ask. */
export function subjectOf(entry: { readonly name: string; readonly type: string; readonly resolvers: readonly string[] }): string {
  const via = entry.resolvers.join(', ');
  return `${plainName(entry.name)} ${entry.type}${via === 'system' ? '' : ` via ${via}`}`.slice(0, subjectMax);
}

/** Readings' subjects have this limit. */
export const subjectMax = 256;

/** Lower case and without the last dot, as the codec has names. */
export const plainName = (text: string): string => (text === '.' ? text : text.toLowerCase().replace(/(?<!\\)\.$/, ''));
