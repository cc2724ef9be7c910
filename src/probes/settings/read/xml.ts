// XML as a stream, by saxes: no external entities, none of a DTD's own, no tree.
import { decoded, strictText } from './decode.ts';
import { type Gathered, unparsable } from './gather.ts';
import { isNaming, marksOf } from './siblings.ts';
import { stepText } from './steps.ts';

type Attribute = readonly [name: string, value: string];

interface Element {
  readonly key: string;
  readonly hasAttributes: boolean;
  /** How often a child of a name, with the mark that tells it apart, stood here. */
  readonly children: Map<string, number>;
  readonly texts: string[];
}

/**
 * `Server.Service.Connector.@port` for an attribute, the element's own path for its text; both with prefixes as they are written. An
 * element with a name of its own (`id`, `name`, the `key` of an entry), or that a pattern selects by an attribute's value, is told by it
 * (`bean[@id='pool']`), siblings that differ in another telling attribute by that (`Connector[@port='8443']`), others by number from the second of a name on (`Connector[1]`). Text between elements counts only where it is
 * more than white space. `selecting` is as key.ts gives it.
 */
export async function readXml(bytes: Uint8Array, into: Gathered, selecting: ReadonlySet<string>, byIndex: boolean): Promise<void> {
  const text = textOf(bytes);
  const marks = byIndex ? [] : await siblingMarks(text, into);
  let at = 0;
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open = [element('', false)];
  let attributes: Attribute[] = [];
  parser.on('error', () => {
    throw unparsable(parser.line);
  });
  parser.on('opentagstart', () => {
    attributes = [];
    into.enter(open.length);
  });
  // Not of the tag at its end: an object that loses `__proto__`.
  parser.on('attribute', ({ name, value }) => void attributes.push([name, value]));
  parser.on('opentag', ({ name }) => {
    const mark = markOf(name, attributes, selecting) || (marks[at] ?? '');
    at += 1;
    const key = childKey(open.at(-1)!, `${stepText(name)}${mark}`);
    for (const [attribute, value] of attributes) into.put(`${key}.@${stepText(attribute)}`, value);
    open.push(element(key, attributes.length > 0));
  });
  parser.on('text', (part) => void open.at(-1)!.texts.push(part));
  parser.on('cdata', (part) => void open.at(-1)!.texts.push(part));
  parser.on('closetag', () => putText(open.pop()!, into));
  parser.write(text).close();
}

/** By what siblings of one name are told apart that have no name of their own: Tomcat's connectors, contexts and listeners. */
export const tellingAttributes = ['port', 'path', 'className'] as const;

/** For every element in the order of the text, a mark, or nothing where it is the only one of its name or is not told apart. */
async function siblingMarks(text: string, into: Gathered): Promise<readonly string[]> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false });
  const marks: string[] = [];
  const open: Map<string, { readonly at: number; readonly traits: Map<string, string> }[]>[] = [new Map()];
  let traits = new Map<string, string>();
  let isBroken = false;
  // It is told, with its line, by the reading that follows.
  parser.on('error', () => {
    isBroken = true;
  });
  parser.on('opentagstart', () => {
    traits = new Map();
  });
  parser.on('attribute', ({ name, value }) => void traits.set(name, value));
  parser.on('opentag', ({ name }) => {
    if (!isBroken) into.enter(open.length);
    const siblings = open.at(-1)!;
    const same = siblings.get(name) ?? [];
    same.push({ at: marks.push('') - 1, traits });
    siblings.set(name, same);
    open.push(new Map());
  });
  parser.on('closetag', () => {
    for (const siblings of open.pop()?.values() ?? []) {
      // Alone, it is what its place says: a `Server` whose port changes is the same one.
      if (siblings.length < 2) continue;
      const told = marksOf(
        siblings.map((one) => one.traits),
        tellingAttributes,
      );
      for (const [index, one] of siblings.entries()) marks[one.at] = told?.[index] ?? '';
    }
  });
  parser.write(text).close();
  return isBroken ? [] : marks;
}

const element = (key: string, hasAttributes: boolean): Element => ({ key, hasAttributes, children: new Map(), texts: [] });

function childKey({ key, children }: Element, step: string): string {
  const before = children.get(step) ?? 0;
  children.set(step, before + 1);
  return `${key === '' ? '' : `${key}.`}${step}${before === 0 ? '' : `[${before}]`}`;
}

function putText({ key, texts, children, hasAttributes }: Element, into: Gathered): void {
  const text = texts.join('');
  if (children.size > 0) {
    if (text.trim() !== '') into.put(key, text.trim());
  } else if (text !== '' || !hasAttributes) into.put(key, text);
}

/** What a pattern selects by goes before names, and does not depend on the order of attributes. */
function markOf(element: string, attributes: readonly Attribute[], selecting: ReadonlySet<string>): string {
  const selected = attributes.filter(([name, value]) => selecting.has(`${name}='${value}'`)).map(([name]) => name);
  const telling = selected.sort()[0] ?? namesOf(element, attributes).find((name) => isNaming(attributeOf(attributes, name)));
  return telling === undefined ? '' : `[@${telling}='${attributeOf(attributes, telling)}']`;
}

const attributeOf = (attributes: readonly Attribute[], name: string): string => attributes.find(([one]) => one === name)?.[1] ?? '';

/** A `key` is a name in an entry of a map; elsewhere it could be a licence. */
const namesOf = (element: string, attributes: readonly Attribute[]): readonly string[] =>
  /^(?:\w+:)?(?:entry|prop|property|add|item)$/i.test(element) || attributes.some(([name]) => /^value(?:-ref)?$/.test(name))
    ? ['id', 'name', 'key']
    : ['id', 'name'];

/** UTF-8 or UTF-16, or what its declaration says; WHATWG's windows-1252 stands for ISO-8859-1, whose C1 controls nobody writes. */
function textOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const encoding = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1];
  const text = encoding === undefined ? strictText(bytes) : decoded(bytes, encoding, false);
  if (text === null) throw unparsable(1);
  return text;
}
