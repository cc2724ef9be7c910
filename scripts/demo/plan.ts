// Reads demo/machines.yaml: which machines there are, and what each is made of.
import { readFileSync } from 'node:fs';
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { parse } from 'yaml';
import { durationPattern } from '../../src/contract/duration.ts';
import { roles } from '../../src/contract/node.ts';
import { schemaProblems } from '../../src/contract/schema.ts';

const strict = { additionalProperties: false } as const;
const Words = Type.Record(Type.String(), Type.String());
const Duration = Type.String({ pattern: durationPattern });

const CertificateSchema = Type.Object(
  {
    /** Paths on the machine. */
    at: Type.String(),
    key: Type.String(),
    names: Type.Array(Type.String(), { minItems: 1 }),
    /** How long ago it was issued, and how long it is valid from now on. */
    begun: Duration,
    left: Duration,
  },
  strict,
);

const MachineSchema = Type.Object(
  { layers: Type.Array(Type.String(), { minItems: 1 }), words: Words, certificates: Type.Array(CertificateSchema) },
  strict,
);

const PlanSchema = Type.Object(
  {
    sites: Type.Record(
      Type.String(),
      Type.Object({ role: Type.Unsafe<(typeof roles)[number]>({ type: 'string', enum: [...roles] }), words: Words }, strict),
    ),
    machines: Type.Record(Type.String({ pattern: '^[a-z0-9]+-[a-z]+$' }), MachineSchema),
  },
  strict,
);

export type PlannedCertificate = Static<typeof CertificateSchema>;

export interface PlannedMachine extends Static<typeof MachineSchema> {
  /** Pair and site, with a hyphen between. */
  readonly name: string;
  readonly pair: string;
  readonly site: string;
}

/** In the order of the file. */
export function readPlan(file: string): readonly PlannedMachine[] {
  const plan: unknown = parse(readFileSync(file, 'utf8'));
  if (!isPlan(plan)) {
    const [problem] = schemaProblems(PlanSchema, plan);
    throw new Error(`${file}: ${problem?.instancePath} ${problem?.message}`);
  }
  return Object.entries(plan.machines).map(([name, machine]) => {
    const [pair = '', siteName = ''] = name.split('-');
    const site = plan.sites[siteName];
    if (site === undefined) throw new Error(`${file}: there is no site ${siteName} for ${name}`);
    return {
      ...machine,
      name,
      pair,
      site: siteName,
      words: { ...site.words, ...machine.words, name, pair, site: siteName, role: site.role },
    };
  });
}

const isPlan = (plan: unknown): plan is Static<typeof PlanSchema> => schemaProblems(PlanSchema, plan).length === 0;
