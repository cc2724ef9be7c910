// What an answer of each route has to have before anything is shown of it: a 200 of something else in between is no answer. Pure.

/** Of the members that a view goes through or counts from; `rows` are arrays of which each has these members in turn. */
export interface Shape {
  readonly numbers?: readonly string[];
  readonly texts?: readonly string[];
  readonly objects?: readonly string[];
  readonly rows?: Readonly<Record<string, Shape>>;
}

const any: Shape = {};

const spans: Shape = { numbers: ['from', 'until'] };

/** By the path of the question, names in it left open. */
export const answerShapes: readonly { readonly path: RegExp; readonly shape: Shape }[] = [
  { path: /^v1\/me$/, shape: { numbers: ['at'], texts: ['name', 'collector', 'version'], rows: { rights: any } } },
  {
    path: /^v1\/matrix$/,
    shape: {
      numbers: ['at', 'keptFrom', 'unassigned'],
      rows: {
        problems: any,
        groups: {
          texts: ['group'],
          objects: ['counts', 'forecast'],
          rows: { shares: any, pairs: { texts: ['pair'], objects: ['counts'], rows: { cells: { texts: ['gap', 'state'] } } } },
        },
      },
    },
  },
  {
    path: /^v1\/pairs\/[^/]+\/[^/]+$/,
    shape: {
      numbers: ['at', 'since'],
      texts: ['group', 'pair', 'verdict'],
      objects: ['twin'],
      rows: { findings: any, blindSpots: any, lawful: any },
    },
  },
  { path: /^v1\/pairs\/[^/]+\/[^/]+\/checks$/, shape: { numbers: ['at'], rows: { checks: { texts: ['check'] } } } },
  { path: /^v1\/timeline$/, shape: { numbers: ['at', 'from', 'to', 'holesMs'], objects: ['shares'], rows: { spans, events: any } } },
  { path: /^v1\/waivers$/, shape: { numbers: ['at'], rows: { waivers: { texts: ['id'] } } } },
  { path: /^v1\/receipts$/, shape: { numbers: ['at'], rows: { receipts: { texts: ['id'] } } } },
  { path: /^v1\/nodes$/, shape: { numbers: ['at'], rows: { nodes: { texts: ['target'] } } } },
  { path: /^v1\/checks\/history$/, shape: { numbers: ['at'], texts: ['target'], rows: { observations: any } } },
  { path: /^v1\/checks\/readings$/, shape: { numbers: ['at'], texts: ['target'], rows: { series: any, points: any, hours: any } } },
  { path: /^v1\/checks\/compare$/, shape: { numbers: ['at', 'same'], rows: { fields: { texts: ['field', 'state'] } } } },
  { path: /^v1\/findings\/cause$/, shape: { numbers: ['at', 'since'], rows: { changes: { rows: { fields: any } } } } },
  {
    path: /^v1\/report$/,
    shape: {
      numbers: ['at', 'from', 'to'],
      texts: ['group'],
      rows: { spans, pairs: { texts: ['pair'], rows: { spans } }, findings: any, waivers: any, coverage: any, receipts: any, limits: any },
    },
  },
];

/** Of a question that no line above is for, any object. */
export function isAnswerTo(address: string, value: unknown): boolean {
  const path = address.replace(/\?.*$/s, '');
  return fits(value, answerShapes.find((one) => one.path.test(path))?.shape ?? any, true);
}

/** Of something that was told: the waiver that came of it, or that was ended. */
export const isWhatBecame = (value: unknown): boolean => fits(value, { texts: ['id'] });

function fits(value: unknown, shape: Shape, isWhole = false): boolean {
  if (shape === any && !isWhole) return true;
  if (!isObject(value)) return false;
  const { numbers = [], texts = [], objects = [], rows = {} } = shape;
  return (
    numbers.every((name) => Number.isFinite(value[name])) &&
    texts.every((name) => typeof value[name] === 'string') &&
    objects.every((name) => isObject(value[name])) &&
    Object.entries(rows).every(([name, row]) => {
      const found = value[name];
      return Array.isArray(found) && found.every((one) => fits(one, row));
    })
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
