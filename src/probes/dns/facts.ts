// What the dns probe knows after a look. TTLs that count down in a cache are readings; only what is published stays here.
import type { Static, TSchema } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

const strict = { additionalProperties: false } as const;
const text = () => Type.String();
const list = () => Type.Array(Type.String());

const Reason = Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] });

const Unseen = Type.Object({ kind: Type.Literal('unseen'), reason: Reason, detail: text() }, strict);

/** No answer at all. `nothing-listens` is an ICMP refusal or a TCP reset on connecting. */
const silentHows = ['timeout', 'nothing-listens', 'unreachable', 'closed'] as const;
export type SilentHow = (typeof silentHows)[number];
const How = Type.Unsafe<SilentHow>({ type: 'string', enum: [...silentHows] });
const Silent = Type.Object({ kind: Type.Literal('silent'), how: How }, strict);

/** An answer that no resolver should have sent; `problem` is a fixed word. */
const Bad = Type.Object({ kind: Type.Literal('bad'), problem: text() }, strict);

/** The answer over UDP was cut and the server could not be asked over TCP. */
const NoTcp = Type.Object({ kind: Type.Literal('no-tcp'), how: How }, strict);

const Flags = Type.Object(
  {
    authoritative: Type.Boolean(),
    authenticated: Type.Boolean(),
    recursionAvailable: Type.Boolean(),
    /** TC over UDP: the answer came over TCP. */
    truncated: Type.Boolean(),
  },
  strict,
);

/** NOERROR with records of the type. */
const Answered = Type.Object(
  {
    kind: Type.Literal('answered'),
    /** Every alias on the way, in order; empty where the name itself has the records. */
    chain: list(),
    /** Sorted; as dig prints it, without the last dot. Networks instead of addresses for a name that rotates. */
    data: list(),
    /** More than are kept. */
    isCut: Type.Boolean(),
    flags: Flags,
  },
  strict,
);

/** NXDOMAIN, or NOERROR without a record of the type. */
const Nothing = Type.Object(
  { kind: Type.Literal('nothing'), rcode: Type.Union([Type.Literal('NXDOMAIN'), Type.Literal('NOERROR')]), chain: list(), flags: Flags },
  strict,
);

/** Any other response code, with the reasons that the server gave (RFC 8914). */
const Failure = Type.Object({ kind: Type.Literal('failure'), rcode: text(), reasons: list() }, strict);

export const AnswerSchema = Type.Union([Answered, Nothing, Failure, Silent, NoTcp, Bad, Unseen]);
export type Answer = Static<typeof AnswerSchema>;

/** What is published, where an authoritative answer said so; else whether the cached rest alone proves it too long. */
const Ttl = Type.Union([
  Type.Object({ kind: Type.Literal('published'), record: text(), seconds: Type.Integer() }, strict),
  Type.Object({ kind: Type.Literal('cached'), isBeyondBudget: Type.Boolean() }, strict),
  Type.Object({ kind: Type.Literal('none') }, strict),
]);
export type TtlFact = Static<typeof Ttl>;

const Via = Type.Object({ server: text(), answer: AnswerSchema, ttl: Ttl }, strict);
export type Via = Static<typeof Via>;

/** What getaddrinfo says, which is what applications get. */
const Application = Type.Union([
  Type.Object({ kind: Type.Literal('addresses'), addresses: list() }, strict),
  Type.Object({ kind: Type.Literal('no-such-name') }, strict),
  Type.Object({ kind: Type.Literal('not-asked') }, strict),
  Type.Object({ kind: Type.Literal('failed'), code: text() }, strict),
  Unseen,
]);

/** `result` is the word of the dial; not seen where this machine itself kept it from being tried. */
const Target = Type.Object(
  { address: text(), port: Type.Integer(), result: text(), isAccepting: Type.Boolean(), isSeen: Type.Boolean() },
  strict,
);

const ZoneServer = Type.Object(
  {
    /** Of the name server, and one of its addresses. */
    name: text(),
    address: text(),
    /** `lame`: it answers without authority for the zone. `no-route` is this machine's lack of that IP family. */
    answer: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('authoritative'),
          serial: Type.Integer(),
          /** Behind a serial that another server of the zone had at the look before already (RFC 1982). */
          isBehind: Type.Boolean(),
          says: AnswerSchema,
        },
        strict,
      ),
      Type.Object({ kind: Type.Literal('lame'), rcode: text() }, strict),
      Type.Object({ kind: Type.Literal('no-route') }, strict),
      Silent,
      Bad,
      Unseen,
    ]),
  },
  strict,
);
export type ZoneServer = Static<typeof ZoneServer>;

const Zone = Type.Union([
  Type.Object({ kind: Type.Literal('not-asked') }, strict),
  /** `addressless`: name servers of the zone whose own address could not be found. */
  Type.Object({ kind: Type.Literal('zone'), zone: text(), servers: Type.Array(ZoneServer), addressless: list(), ttl: Ttl }, strict),
  Unseen,
]);
export type ZoneFact = Static<typeof Zone>;

export type Target = Static<typeof Target>;
export type Application = Static<typeof Application>;
export type Unseen = Static<typeof Unseen>;

const Name = Type.Object(
  {
    name: text(),
    type: text(),
    /** As configured; with name and type, what this entry is known by. */
    resolvers: list(),
    vias: Type.Array(Via),
    application: Application,
    /** Addresses that /etc/hosts gives to this name, whatever DNS says. */
    hostsFile: Type.Union([list(), Unseen]),
    zone: Zone,
    targets: Type.Array(Target),
  },
  strict,
);
export type NameFact = Static<typeof Name>;

const Resolver = Type.Object(
  {
    /** `10.0.0.2`, with a port only where it is not 53. */
    server: text(),
    /** From /etc/resolv.conf, from behind systemd-resolved's stub, the library's default without any, or from the settings. */
    from: Type.Unsafe<'resolv.conf' | 'resolved' | 'implied' | 'settings'>({
      type: 'string',
      enum: ['resolv.conf', 'resolved', 'implied', 'settings'],
    }),
    /** To the question for the root's name servers. */
    answer: Type.Union([Type.Object({ kind: Type.Literal('answers'), rcode: text() }, strict), Silent, NoTcp, Bad, Unseen]),
  },
  strict,
);
export type ResolverFact = Static<typeof Resolver>;

const SystemConfig = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('read'),
      /** False: there is no such file, and the C library asks 127.0.0.1. */
      hasFile: Type.Boolean(),
      servers: list(),
      search: list(),
      options: list(),
      /** What systemd-resolved forwards to, where resolv.conf names its stub. */
      uplinks: Type.Union([list(), Unseen]),
      /** Lines that name a server by something that is no IP address. */
      wrongLines: list(),
    },
    strict,
  ),
  Unseen,
]);
export type SystemConfig = Static<typeof SystemConfig>;

export const DnsFactsSchema = Type.Object(
  { system: SystemConfig, resolvers: Type.Array(Resolver), names: Type.Array(Name) },
  strict,
) satisfies TSchema;
export type DnsFacts = Static<typeof DnsFactsSchema>;
