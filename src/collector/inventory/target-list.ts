// A list of targets as Prometheus' file_sd and http_sd write it: groups of host:port, with labels in common.
import * as Type from 'typebox/type';
import type { ConfigError } from '../../config/config-error.ts';
import { readDiscovered } from '../../config/fleet/addresses.ts';
import { nearest } from '../../config/nearest.ts';
import { schemaErrors, show } from '../../config/schema-messages.ts';
import type { ConfigText } from '../../config/yaml-text.ts';
import { type Role, roles } from '../../contract/node.ts';
import { schemaProblems } from '../../contract/schema.ts';
import type { Found } from './found.ts';
import type { Told } from './roster.ts';

export interface ListText {
  readonly text: ConfigText;
  /** An error with its place. */
  readonly format: (error: ConfigError) => string;
}

export type ListRead =
  | { readonly kind: 'list'; readonly found: readonly Found[]; readonly complaints: readonly string[] }
  | { readonly kind: 'broken'; readonly trouble: string };

const TargetListSchema = Type.Array(
  Type.Object(
    {
      targets: Type.Array(Type.String(), { description: 'Host and port of each' }),
      labels: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    },
    { additionalProperties: false },
  ),
);

/** More would scroll what else is wrong out of sight. */
const complaintsMax = 20;

/** One target that is none is left out and told; a list of another shape is no list, and its last good state counts. */
export function readTargetList({ text, format }: ListText): ListRead {
  const { value } = text;
  if (!Array.isArray(value))
    return broken([format(text.error('', 'value', `${show(value)}; expected a list of maps with targets, labels`))]);
  const problems = schemaErrors(schemaProblems(TargetListSchema, value), { text, base: '', value, schema: TargetListSchema });
  if (problems.length > 0) return broken(problems.map(format));
  const groups = value as readonly { readonly targets: readonly string[]; readonly labels?: Readonly<Record<string, unknown>> }[];
  const found: Found[] = [];
  const complaints: string[] = [];
  groups.forEach(({ targets, labels = {} }, group) => {
    const complain = (pointer: string, message: string): void => {
      complaints.push(format(text.error(`/${group}${pointer}`, 'value', message)));
    };
    const told = toldBy(labels, complain);
    const scheme = labelIn(labels, '__scheme__') ?? 'https';
    targets.forEach((target, index) => {
      const read = readDiscovered(target, scheme);
      if (read.kind === 'wrong') complain(`/targets/${index}`, read.message);
      else found.push({ address: read.address, told });
    });
  });
  return { kind: 'list', found, complaints: firstOf(complaints) };
}

const broken = (problems: readonly string[]): ListRead => {
  const more = problems.length === 1 ? '' : `, and ${problems.length - 1} more`;
  return { kind: 'broken', trouble: `${problems[0]}${more}` };
};

export const firstOf = (complaints: readonly string[]): readonly string[] =>
  complaints.length <= complaintsMax
    ? complaints
    : [...complaints.slice(0, complaintsMax), `${complaints.length - complaintsMax} more entries cannot be used`];

type Complain = (pointer: string, message: string) => void;

function toldBy(labels: Readonly<Record<string, unknown>>, complain: Complain): Told {
  return {
    group: nameIn(labels, 'group', complain),
    pair: nameIn(labels, 'pair', complain),
    role: roleIn(labels, complain),
    site: nameIn(labels, 'site', complain),
  };
}

/** Prometheus takes an empty label for one that is not there. */
function labelIn(labels: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = labels[name];
  return value === undefined || value === null || value === '' ? null : String(value);
}

/** Like the names that agents give themselves; what holds a control character would end up in terminals. */
const nameForm = /^[^\p{Cc}]{1,128}$/u;

function nameIn(labels: Readonly<Record<string, unknown>>, label: string, complain: Complain): string | null {
  const name = labelIn(labels, label);
  if (name === null) return null;
  if (typeof labels[label] === 'string' && nameForm.test(name)) return name;
  complain(`/labels/${label}`, `${show(labels[label])} cannot name a ${label}; expected a short text`);
  return null;
}

function roleIn(labels: Readonly<Record<string, unknown>>, complain: Complain): Role | null {
  const name = labelIn(labels, 'role');
  const role = roles.find((one) => one === name) ?? null;
  if (name === null || role !== null) return role;
  const near = nearest(name, roles);
  complain('/labels/role', `${show(labels.role)} is not one of ${roles.join(', ')}${near === null ? '' : `; did you mean '${near}'?`}`);
  return null;
}
