// Whether a lawful difference's path can name anything in the facts of its check: one that cannot would excuse nothing, and silently.
import type { TSchema } from 'typebox/type';
import { type FieldStep, fieldPath } from '../../contract/field-path.ts';
import { didYouMean } from '../nearest.ts';
import { memberNode, type SchemaNode, schemaNode, show } from '../schema-messages.ts';

/** `facts` null where nothing is known of them. Null when nothing is wrong. */
export function fieldProblem(field: string, facts: TSchema | null): string | null {
  const steps = fieldPath(field);
  if (steps === null || /~(?![01])/.test(field)) {
    const hint = field.startsWith('/') ? '' : `; did you mean '/${field.replaceAll('.', '/')}'?`;
    return `${show(field)} is not a path; expected segments after a slash each, like /packages/list/[=gdb *]${hint}`;
  }
  if (facts === null) return null;
  let nodes: readonly SchemaNode[] = branches(schemaNode(facts));
  let at = '';
  for (const step of steps) {
    const next = nodes.flatMap((node) => stepped(node, step)).flatMap(branches);
    if (next.length === 0) return `${show(field)} names nothing: ${unmet(step, nodes, at)}`;
    nodes = next;
    at = `${at}/${spokenStep(step)}`;
  }
  return null;
}

const branches = (node: SchemaNode): readonly SchemaNode[] => {
  const own = node.anyOf ?? node.oneOf;
  return own === undefined ? [node] : own.flatMap(branches);
};

/** Of a schema that says nothing of a shape anything may be true. */
const isOpen = ({ type }: SchemaNode): boolean => type === undefined;

function stepped(node: SchemaNode, step: FieldStep): readonly SchemaNode[] {
  if (isOpen(node)) return [node];
  const isList = node.type === 'array';
  switch (step.kind) {
    case 'member':
      return isList ? [] : present(memberNode(node, step.name));
    case 'every':
      return isList ? present(node.items) : members(node);
    case 'where':
      return isList ? branches(node.items ?? {}).filter((item) => isChoosable(item, step.name)) : [];
  }
}

const present = (node: SchemaNode | undefined): readonly SchemaNode[] => (node === undefined ? [] : [node]);

const members = ({ properties, patternProperties, additionalProperties }: SchemaNode): readonly SchemaNode[] => [
  ...Object.values(properties ?? {}),
  ...Object.values(patternProperties ?? {}),
  ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
];

const isChoosable = (item: SchemaNode, name: string | null): boolean =>
  isOpen(item) || (name === null ? item.type !== 'object' && item.type !== 'array' : memberNode(item, name) !== undefined);

function unmet(step: FieldStep, nodes: readonly SchemaNode[], at: string): string {
  const lists = nodes.filter(({ type }) => type === 'array');
  const known = namesIn(nodes);
  if (lists.length > 0) {
    const names = namesIn(lists.flatMap(({ items }) => branches(items ?? {})));
    if (names.length === 0) return `${at} is a list of texts; choose them by [=text]`;
    if (step.kind !== 'where') return `${at} is a list; choose its entries by [name=value] or *`;
    return `the entries of ${at} have no '${step.name ?? ''}'${didYouMean(step.name ?? '', names)}`;
  }
  const has = at === '' ? 'the facts have' : `${at} has`;
  if (known.length === 0) return `${has} nothing inside`;
  return step.kind === 'member' ? `${has} no '${step.name}'${didYouMean(step.name, known)}` : `${has} no entries, but ${known.join(', ')}`;
}

const namesIn = (nodes: readonly SchemaNode[]): readonly string[] => [
  ...new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {}))),
];

function spokenStep(step: FieldStep): string {
  switch (step.kind) {
    case 'member':
      return step.name;
    case 'every':
      return '*';
    case 'where':
      return `[${step.name ?? ''}=${step.like}]`;
  }
}
