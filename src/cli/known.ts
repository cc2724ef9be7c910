// What is known of a machine, asked of its agent or seen by one look; or of a region, by one look.
import type { Static, TSchema } from 'typebox/type';
import * as Type from 'typebox/type';
import { JudgementSchema } from '../contract/finding.ts';
import { type Snapshot, SnapshotSchema } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { schemaProblems } from '../contract/schema.ts';
import { WaivedFindingSchema } from '../contract/standing.ts';
import { judge } from '../judge/judge.ts';
import { type Agent, agentAt, agentOptions, localAgent } from './agent-client.ts';
import { CannotError, type Given, type Option } from './command.ts';
import { credentialsIn } from './daemon-client.ts';
import { lookThrough } from './looks.ts';
import { isRegionNamed, regionOptions } from './region/named.ts';
import type { Report } from './report.ts';
import { configOption, settingsFrom } from './settings.ts';
import { look, openSubject } from './subject.ts';

type Probes = ReadonlyMap<string, AnyProbe>;

/** For commands that ask an agent. */
export const askOptions: Readonly<Record<string, Option>> = {
  ...agentOptions,
  config: { ...configOption, describes: 'the configuration that says where the agent of this machine is' },
};

export async function agentFor({ values }: Pick<Given, 'values'>, probes: Probes): Promise<Agent> {
  const credentials = credentialsIn(values);
  if (values.agent !== undefined) return agentAt(values.agent, credentials);
  return localAgent(await settingsFrom(values.config ?? null, probes), credentials);
}

/** Everything that the agent knows of its own machine. */
export async function reportOfAgent(agent: Agent, probes: Probes): Promise<Report> {
  const subject = await answer(agent, '/v1/snapshot', SnapshotSchema);
  // Agents of the first release know of none.
  const { verdict, findings, waived = [] } = await answer(agent, '/v1/findings', FindingsAnswer);
  const { blindSpots } = await answer(agent, '/v1/verdict', VerdictAnswer);
  // The snapshot's own moment is that of its newest change.
  const { now } = await answer(agent, '/v1/node', NodeAnswer);
  return { subject, primary: null, judgement: { verdict, findings, blindSpots }, waived, probes, judgedAt: now, isAlone: false };
}

const { findings, blindSpots, verdict } = JudgementSchema.properties;
const FindingsAnswer = Type.Object({ verdict, findings, waived: Type.Optional(Type.Array(WaivedFindingSchema)) });
const VerdictAnswer = Type.Object({ blindSpots });
const NodeAnswer = Type.Object({ now: Type.Integer() });

async function answer<S extends TSchema>(agent: Agent, path: string, schema: S): Promise<Static<S>> {
  const body = await agent.get(path);
  const [problem] = schemaProblems(schema, body);
  if (problem === undefined) return body as Static<S>;
  throw new CannotError(
    `what answers at ${agent.address} is no agent of this version (${path}: ${problem.instancePath} ${problem.message ?? ''})`,
  );
}

/** For commands that can look by themselves. */
export const lookOptions: Readonly<Record<string, Option>> = {
  now: { describes: 'ask no agent: look at this machine now' },
  machine: { value: 'DIR', describes: 'ask no agent: look at a recorded machine' },
  ...regionOptions,
};

/** One look at this or a recorded machine, or at a region, judged by itself. */
export async function reportOfLook(given: Given, probes: Probes): Promise<Report> {
  const subject = isRegionNamed(given) ? await lookAtRegion(given) : await lookAtMachine(given, probes);
  const judgement = judge({ now: subject.takenAt, subject, twin: null, earlier: [], probes, mode: 'alone' });
  return { subject, primary: null, judgement, probes, judgedAt: subject.takenAt, isAlone: true };
}

async function lookAtMachine({ values, terminal }: Given, probes: Probes): Promise<Snapshot> {
  return look(await openSubject(values.machine ?? null, values.config ?? null, probes), probes, terminal);
}

async function lookAtRegion(given: Given): Promise<Snapshot> {
  const { allProbes } = await import('../probes/registry.generated.ts');
  const { looksAtRegion } = await import('./region/region.ts');
  return lookThrough(await looksAtRegion(given, allProbes), allProbes, given.terminal);
}

export const reportFor = async (given: Given, probes: Probes): Promise<Report> =>
  given.flags.has('now') || given.values.machine !== undefined || isRegionNamed(given)
    ? reportOfLook(given, probes)
    : reportOfAgent(await agentFor(given, probes), probes);
