// The parts of the fleet file that say where a group's two sides lie in OCI, and how they are looked at.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { RegionScopeSchema } from '../../contract/region.ts';
import { CheckSection } from '../file-schema.ts';
import { duration, path, strict } from '../sections.ts';

export const ociAuths = ['instance-principal', 'config-file', 'security-token'] as const;

export const ociDefaults = { auth: 'instance-principal', profile: 'DEFAULT', concurrency: 8, callTimeout: '30s' } as const;

export const OciSection = Type.Object(
  {
    auth: Type.Optional(
      Type.Unsafe<(typeof ociAuths)[number]>({
        type: 'string',
        enum: [...ociAuths],
        description: 'As whom: the instance that the collector runs on, a user of an OCI configuration file, or a session token of one',
        default: ociDefaults.auth,
      }),
    ),
    configFile: Type.Optional(
      path('OCI configuration file, for config-file and security-token; ~/.oci/config unless given', '/etc/understudy/oci.config'),
    ),
    profile: Type.Optional(Type.String({ minLength: 1, description: 'Its profile', default: ociDefaults.profile })),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 64, description: 'Calls under way at once, in each region', default: ociDefaults.concurrency }),
    ),
    callTimeout: Type.Optional(duration('A call ends after this', { default: ociDefaults.callTimeout })),
    endpoints: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 }), {
        description: 'Base URL of all services by region, where it is not Oracle’s own',
        examples: [{ 'eu-zurich-1': 'https://oci.example.com' }],
      }),
    ),
  },
  { ...strict, description: 'How OCI is asked about the regions of groups' },
);

const { compartments, networks, hosts, addresses, names } = RegionScopeSchema.properties;

/** Oracle's own form, also of dedicated and government regions: https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm */
const regionPattern = '^[a-z]{2,}(-[a-z]+)+-[0-9]+$';

const RegionSection = Type.Object(
  {
    region: Type.String({ pattern: regionPattern, description: 'The region of this site, as OCI names it', examples: ['eu-zurich-1'] }),
    tenancy: Type.Optional(
      Type.String({
        pattern: '^ocid1\\.tenancy\\.',
        description: 'OCID of the tenancy, where the collector’s own does not say it',
        examples: ['ocid1.tenancy.oc1..aaaa'],
      }),
    ),
    compartments,
    networks: Type.Optional(networks),
    hosts: Type.Optional(hosts),
    addresses: Type.Optional(addresses),
    names: Type.Optional(names),
  },
  strict,
);

export const RegionsSection = Type.Record(Type.String(), RegionSection, {
  description: 'Where the two sides of this group lie in OCI, each under the name of its site: the collector looks at both itself',
});

const { every, timeout, staleAfter, required, confirm } = CheckSection.properties;

const RegionCheckSection = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean({ description: 'Both regions are looked at in this way', default: true })),
    every,
    timeout,
    staleAfter,
    required,
    confirm,
    settings: Type.Optional(Type.Unknown({ description: 'The settings of this check, but for its scope, which `regions` says' })),
  },
  strict,
);

export const RegionChecksSection = Type.Record(Type.String(), RegionCheckSection, {
  description: 'How the regions are looked at, by the name of the check; all that there are, each in its usual way, unless given',
});

/** An agent's own: docs/operations.md. */
export const memberPort = 7807;

export const protectionGroupSection = <T extends Type.TProperties>(contact: T) =>
  Type.Object(
    {
      agents: Type.Optional(
        Type.Object(
          {
            port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'Where they listen', default: memberPort })),
            ...contact,
          },
          { ...strict, description: 'Every compute member becomes a node: its agent is asked over TLS at the instance’s private address' },
        ),
      ),
    },
    {
      ...strict,
      description:
        'The primary is whose protection group says PRIMARY, as the regions were seen; `primary` counts only until one was ever seen',
    },
  );

export type OciFile = Static<typeof OciSection>;
export type RegionFile = Static<typeof RegionSection>;
export type RegionCheckFile = Static<typeof RegionCheckSection>;
