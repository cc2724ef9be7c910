// Tries each right that the checks of regions need, and prints what a policy lacks.
import { existsSync } from 'node:fs';
import { defaultFleetFile } from '../config/places.ts';
import { type OciGrant, placeOf, policyOf, statementOf } from '../contract/oci-grants.ts';
import type { GrantTried, Place } from '../tenancy/doctor/try-grants.ts';
import { type Command, type ExitCode, type Given, UsageError } from './command.ts';
import type { DoctorDocument, PolicyDocument } from './documents.ts';
import { exits } from './exits.ts';
import { formatOption } from './formats.ts';
import { dynamicGroupInPolicy, policiesOf, policyHeading } from './policies.ts';
import type { NamedSide } from './region/region.ts';
import { configOption } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { printableJson } from './text/printable-json.ts';

/** What the dynamic group of the collector's instance is called where nobody says otherwise. */
export const usualDynamicGroup = 'understudy-collector';

export const doctor: Command = {
  usage: 'doctor oci',
  describes:
    'Tries one cheap call for each right that the checks of regions need, in each compartment that the fleet file names, and prints the policy statements that are missing: no more than is asked for, and never the right to read the value of a secret. It asks as whom `oci.auth` of the fleet file says, so it belongs on the machine of the collector.\nOCI answers what is not allowed like what is not there; a list that may be read shows that reading it is allowed, also when it is empty. --print-policy asks nothing and prints the whole policy.',
  options: {
    config: { ...configOption, describes: `the fleet file; ${defaultFleetFile} unless given` },
    region: { value: 'GROUP/SITE', describes: 'only the region of this side of a group; all that the fleet file names unless given' },
    tenancy: { value: 'DIR|URL', describes: 'with --region: ask at this address in place of its services, or ask a recorded region' },
    'dynamic-group': {
      value: 'NAME',
      describes: `what statements call the collector's dynamic group, in a domain of its own as DOMAIN/NAME; ${usualDynamicGroup} unless given`,
    },
    'print-policy': { describes: 'ask nothing: print every statement that a full setup needs' },
    format: formatOption(['text', 'json']),
  },
  words: { min: 1, max: 1 },
  examples: [
    ['understudy doctor oci', 'on the machine of the collector: what is missing?'],
    ['understudy doctor oci --print-policy --dynamic-group collectors', 'what a policy for the dynamic group `collectors` has to say'],
  ],
  exitCodes: '0 everything that can be tried is allowed, 1 something is missing, 3 something could not be tried, or not done.',
  run: runDoctor,
};

async function runDoctor(given: Given): Promise<ExitCode> {
  const { words, flags } = given;
  if (words[0] !== 'oci') throw new UsageError(`there is nothing to examine called '${words[0]}'; there is oci`);
  return flags.has('print-policy') ? printPolicy(given) : examine(given);
}

async function printPolicy(given: Given): Promise<ExitCode> {
  const dynamicGroup = dynamicGroupOf(given);
  const policies = policiesOf(policyOf(dynamicGroup, await placesOf(given)));
  const document: PolicyDocument = { format: 'understudy-policy/1', dynamicGroup, policies };
  given.terminal.print(given.values.format === 'json' ? printableJson(document) : policiesText(policies));
  return exits.ready;
}

const policiesText = (policies: readonly (readonly string[])[]): string =>
  policies
    .map((statements, at) => [...(policies.length > 1 ? [policyHeading(at, policies.length)] : []), ...statements].join('\n'))
    .join('\n\n');

const dynamicGroupOf = ({ values }: Given): string => dynamicGroupInPolicy(values['dynamic-group'] ?? usualDynamicGroup);

/** Without a fleet file there are no names yet: a placeholder shows where one goes. */
async function placesOf(given: Given): Promise<readonly string[]> {
  const { values } = given;
  if (values.config === undefined && values.region === undefined && !existsSync(defaultFleetFile)) return ['compartment <compartment>'];
  const sides = await wantedSides(given);
  return [...new Set(sides.flatMap((side) => compartmentsOf(side).map(({ id }) => placeOf(id))))].sort();
}

async function wantedSides({ values }: Given): Promise<readonly NamedSide[]> {
  const { allProbes } = await import('../probes/registry.generated.ts');
  const { allSides, fleetFrom, sideNamed } = await import('./region/region.ts');
  const fleet = await fleetFrom(values.config ?? null, allProbes);
  return values.region === undefined ? allSides(fleet) : [sideNamed(values.region, fleet)];
}

const compartmentsOf = ({ region }: NamedSide): readonly Place[] =>
  Object.entries(region.scope.compartments).map(([name, id]) => ({ name, id }));

async function examine(given: Given): Promise<ExitCode> {
  const { values, terminal } = given;
  if (values.tenancy !== undefined && values.region === undefined)
    throw new UsageError('--tenancy goes with --region GROUP/SITE, which says what to ask for there');
  const dynamicGroup = dynamicGroupOf(given);
  const regions: Examined[] = [];
  for (const side of await wantedSides(given)) regions.push(await examineSide(side, given));
  const document: DoctorDocument = { format: 'understudy-doctor/1', dynamicGroup, regions, missing: missingIn(regions, dynamicGroup) };
  await print(document, values.format, terminal);
  return exitOf(document);
}

type Examined = DoctorDocument['regions'][number];

/** Some hundred calls, a few at a time; one that hangs ends with its own limit before. */
const regionMsMax = 120_000;

async function examineSide(side: NamedSide, given: Given): Promise<Examined> {
  const { allProbes } = await import('../probes/registry.generated.ts');
  const [{ nameOfSide, openRegion }, { tryGrants }] = await Promise.all([
    import('./region/region.ts'),
    import('../tenancy/doctor/try-grants.ts'),
  ]);
  const name = nameOfSide(side);
  given.terminal.progress(`asking ${side.region.region}`);
  const opened = await openRegion({ values: { ...given.values, region: name } }, allProbes);
  try {
    const port = opened.source.forLook(AbortSignal.timeout(regionMsMax));
    const grants = await tryGrants(port, compartmentsOf(side), opened.tenancyId);
    return { side: name, region: side.region.region, grants: [...grants] };
  } finally {
    opened.close();
    given.terminal.progress(null);
  }
}

/** Each statement once, however many regions lack it. */
function missingIn(regions: readonly Examined[], dynamicGroup: string): string[] {
  const denied = regions.flatMap(({ grants }) => grants.filter(({ state }) => state === 'denied'));
  return [...new Set(denied.map(({ grant, policyPlace }) => statementOf(grant as OciGrant, dynamicGroup, policyPlace)))];
}

async function print(document: DoctorDocument, format: string | undefined, terminal: Terminal): Promise<void> {
  if (format === 'json') terminal.print(printableJson(document));
  else terminal.print((await import('./render/doctor-text.ts')).doctorText(document, terminal));
}

/** What nothing is there to try it on, nothing needs now. */
function exitOf({ regions, missing }: DoctorDocument): ExitCode {
  if (missing.length > 0) return 1;
  return regions.some(({ grants }) => grants.some(({ state }: Pick<GrantTried, 'state'>) => state === 'untried'))
    ? exits.unknown
    : exits.ready;
}
