// Which rules time alone turns: each rule that reads the clock says so of itself, or is named here with what keeps time from turning it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { allProbes } from '../../src/probes/registry.generated.ts';

const folder = resolve(import.meta.dirname, '../../src/probes');

/** Rules that read the clock and are not turned by it, since what they measure is renewed by looking, or by the machine itself. */
const renewed: Readonly<Record<string, string>> = {
  'dbpatch/capture-stale': 'the capture unit runs again',
  'kernel/live-patching-stale': 'the machine asks the patch server again',
  'kernel/package-metadata-stale': 'the machine reads its repositories again',
  'protection-groups/plan-running-at-primary': 'asks whether the primary’s look is a late one, and the primary is looked at again',
  'registry/primary-unseen': 'hands the time on to a rule that does not read it',
};

test('a rule that reads the clock says that time turns it, or is named with why it does not', () => {
  const reading = new Set(codesOf(unitsReadingTheClock()));
  expect(reading.size).toBeGreaterThan(10);
  const said = [...allProbes.values()].flatMap(({ rules }) => rules.flatMap((rule) => (rule.isClockDriven === true ? [rule.code] : [])));
  expect([...reading].sort()).toEqual([...said, ...Object.keys(renewed)].sort());
});

test('what is named here is said by no rule', () => {
  const rules = new Map([...allProbes.values()].flatMap(({ rules: own }) => own.map((rule) => [rule.code, rule] as const)));
  for (const code of Object.keys(renewed)) expect(rules.get(code)?.isClockDriven, code).toBeUndefined();
});

/** What a file declares at its top: what it calls, whether it reads the clock itself, and codes of findings in it. */
interface Unit {
  readonly key: string;
  readonly uses: readonly string[];
  readonly isReading: boolean;
  readonly codes: readonly string[];
}

/** Itself, or by what it calls within its probe. */
function unitsReadingTheClock(): readonly Unit[] {
  const units = sources().flatMap(unitsOf);
  const reading = new Set(units.filter(({ isReading }) => isReading).map(({ key }) => key));
  let before = -1;
  while (before !== reading.size) {
    before = reading.size;
    for (const { key, uses } of units) if (uses.some((used) => reading.has(used))) reading.add(key);
  }
  return units.filter(({ key }) => reading.has(key));
}

const codesOf = (units: readonly Unit[]): readonly string[] => {
  const known = new Set([...allProbes.values()].flatMap(({ rules }) => rules.map(({ code }) => code)));
  return units.flatMap(({ codes }) => codes.filter((code) => known.has(code)));
};

const sources = (): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name.includes('/'))
    .map((name) => join(folder, name));

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function unitsOf(file: string): readonly Unit[] {
  const body = parseSync(file, readFileSync(file, 'utf8')).program.body as unknown as readonly Node[];
  const places = new Map<string, string>();
  for (const node of body)
    if (node.type === 'ImportDeclaration' && isNode(node.source) && String(node.source.value).startsWith('.'))
      for (const one of node.specifiers as readonly Node[]) {
        const from = resolve(dirname(file), String((node.source as Node).value));
        places.set(nameOf(one.local), `${from}#${nameOf(one.imported ?? one.local)}`);
      }
  const declared = body.flatMap(declarations);
  for (const { name } of declared) places.set(name, `${file}#${name}`);
  return declared.map(({ name, node }) => {
    const found = [...valuesIn(node)];
    const names = new Set(found.filter(({ type }) => type === 'Identifier').map(nameOf));
    const own = new Set(found.flatMap((one) => (one === node || one.type !== 'VariableDeclarator' ? [] : nameOf(one.id))));
    return {
      key: `${file}#${name}`,
      uses: [...names].flatMap((used) => (used === name || own.has(used) ? [] : (places.get(used) ?? []))),
      // What it calls so itself is no time that came in.
      isReading: names.has('now') && !own.has('now'),
      codes: found.flatMap(({ type, value }) => (type === 'Literal' && typeof value === 'string' ? [value] : [])),
    };
  });
}

const nameOf = (node: unknown): string => (isNode(node) ? String(node.name ?? node.value) : '');

function declarations(node: Node): readonly { readonly name: string; readonly node: Node }[] {
  const inner = isNode(node.declaration) ? node.declaration : node;
  if (inner.type === 'FunctionDeclaration') return [{ name: nameOf(inner.id), node: inner }];
  if (inner.type !== 'VariableDeclaration') return [];
  return (inner.declarations as readonly Node[]).map((one) => ({ name: nameOf(one.id), node: one }));
}

/** Every node of it but those of types. */
function* valuesIn(node: Node): Generator<Node> {
  yield node;
  for (const [member, value] of Object.entries(node)) {
    if (member === 'typeAnnotation' || member === 'typeArguments' || member === 'returnType' || member === 'typeParameters') continue;
    // Codes that explain a finding away are of other rules.
    if (node.type === 'Property' && nameOf(node.key) === 'dependsOn') continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) yield* valuesIn(one);
  }
}
