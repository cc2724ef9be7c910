// Policy statements: who may do what, where, and when.
// https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm, and for `deny`
// https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm
import { type Condition, condition, printCondition } from './parse-condition.ts';
import { inQuotes, Scanner, SyntaxFault } from './scanner.ts';

export const verbs = ['inspect', 'read', 'use', 'manage'] as const;

export type Verb = (typeof verbs)[number];

export interface GroupName {
  readonly isDynamic: boolean;
  /** Identity domain; null where none is written, which is the default one. */
  readonly domain: string | null;
  /** OCID where it is named by `id`. */
  readonly id: string | null;
  /** Empty where it is named by `id`. */
  readonly name: string;
}

export type Subject =
  | { readonly kind: 'any-user' | 'any-group' }
  | { readonly kind: 'groups'; readonly groups: readonly GroupName[] }
  | { readonly kind: 'service'; readonly names: readonly string[] };

export type Location =
  | { readonly kind: 'tenancy' }
  /** Names from the compartment down to which the policy is attached. */
  | { readonly kind: 'path'; readonly names: readonly string[] }
  | { readonly kind: 'id'; readonly id: string };

export interface Statement {
  readonly kind: 'statement';
  readonly effect: 'allow' | 'deny';
  readonly subject: Subject;
  /** Either a verb on a resource, or permissions by name. */
  readonly verb: Verb | null;
  readonly permissions: readonly string[];
  /** In small letters; null with permissions alone. */
  readonly resource: string | null;
  readonly location: Location;
  readonly where: Condition | null;
}

/** What is not evaluated: grants that cross tenancies. */
export interface CrossTenancy {
  readonly kind: 'cross-tenancy';
  readonly word: 'define' | 'endorse' | 'admit';
  readonly subject: Subject | null;
}

export interface Unread {
  readonly kind: 'unread';
  readonly at: number;
  readonly wanted: string;
  /** How far it could be read. */
  readonly subject: Subject | null;
  readonly sofar: Sofar;
}

export interface Sofar {
  readonly effect?: Statement['effect'];
  readonly granted?: Pick<Statement, 'verb' | 'permissions' | 'resource'>;
  readonly location?: Location;
}

type Reading = { subject: Subject | null } & { -readonly [Key in keyof Sofar]: Sofar[Key] };

export function parseStatement(text: string): Statement | CrossTenancy | Unread {
  const scanner = new Scanner(text);
  const reading: Reading = { subject: null };
  try {
    return whole(scanner, reading);
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const { subject, ...sofar } = reading;
    return { kind: 'unread', at: error.at, wanted: error.wanted, subject, sofar };
  }
}

function whole(scanner: Scanner, reading: Reading): Statement | CrossTenancy {
  const word = scanner.word('allow, deny, define, endorse or admit').toLowerCase();
  const next = word === 'deny' ? scanner.peek().toLowerCase() : word;
  if (next === 'define' || next === 'endorse' || next === 'admit')
    return { kind: 'cross-tenancy', word: next, subject: crossing(scanner, word) };
  if (word !== 'allow' && word !== 'deny') throw new SyntaxFault(0, 'allow, deny, define, endorse or admit');
  reading.effect = word;
  reading.subject = subject(scanner);
  scanner.needWord('to');
  const what = granted(scanner);
  reading.granted = what;
  scanner.needWord('in');
  const place = location(scanner);
  reading.location = place;
  const where = scanner.takesWord('where') ? condition(scanner, 0) : null;
  scanner.takes(';');
  if (!scanner.isAtEnd()) throw new SyntaxFault(scanner.at, 'the end');
  return { kind: 'statement', effect: word, subject: reading.subject, ...what, location: place, where };
}

/** Whose it is can be told of `endorse` only: `admit` speaks of others' groups. */
function crossing(scanner: Scanner, word: string): Subject | null {
  if (word === 'deny') scanner.word('endorse or admit');
  try {
    return subject(scanner);
  } catch {
    return null;
  }
}

function subject(scanner: Scanner): Subject {
  const word = scanner.word('a subject').toLowerCase();
  switch (word) {
    case 'any-user':
    case 'any-group':
      return { kind: word };
    case 'service':
      return { kind: 'service', names: commaSeparated(scanner, () => scanner.word('a service')) };
    case 'group':
    case 'dynamic-group':
      return { kind: 'groups', groups: groupNames(scanner, word === 'dynamic-group') };
    default:
      throw new SyntaxFault(scanner.at - word.length, 'a subject');
  }
}

function groupNames(scanner: Scanner, isDynamicFirst: boolean): readonly GroupName[] {
  let isDynamic = isDynamicFirst;
  return commaSeparated(scanner, () => {
    // The keyword may be said again, and a list may hold both kinds.
    if (scanner.takesWord('dynamic-group')) isDynamic = true;
    else if (scanner.takesWord('group')) isDynamic = false;
    return { isDynamic, ...groupName(scanner) };
  });
}

function groupName(scanner: Scanner): Omit<GroupName, 'isDynamic'> {
  const first = scanner.quoted() ?? scanner.word('the name of a group');
  if (first.toLowerCase() === 'id' && /^ocid1\./i.test(scanner.peek())) return { domain: null, id: scanner.word('an OCID'), name: '' };
  if (scanner.text[scanner.at] !== '/' || scanner.text[scanner.at + 1] === '/') return { domain: null, id: null, name: first };
  scanner.need('/');
  return { domain: first, id: null, name: scanner.quoted() ?? scanner.word('the name of a group') };
}

function commaSeparated<T>(scanner: Scanner, parse: () => T): readonly T[] {
  const found = [parse()];
  while (scanner.takes(',')) found.push(parse());
  return found;
}

function granted(scanner: Scanner): Pick<Statement, 'verb' | 'permissions' | 'resource'> {
  if (!scanner.takes('{')) {
    const verb = scanner.word('a verb').toLowerCase() as Verb;
    if (!verbs.includes(verb)) throw new SyntaxFault(scanner.at - verb.length, 'inspect, read, use, manage or permissions');
    return { verb, permissions: [], resource: scanner.word('a resource type').toLowerCase() };
  }
  const permissions = commaSeparated(scanner, () => scanner.word('a permission').toUpperCase());
  scanner.need('}');
  const resource = scanner.peek().toLowerCase() === 'in' ? null : scanner.word('"in"').toLowerCase();
  return { verb: null, permissions, resource };
}

function location(scanner: Scanner): Location {
  if (scanner.takesWord('tenancy')) return { kind: 'tenancy' };
  scanner.needWord('compartment');
  const first = scanner.quoted() ?? scanner.word('the name of a compartment');
  if (first.toLowerCase() === 'id' && /^ocid1\./i.test(scanner.peek())) return { kind: 'id', id: scanner.word('an OCID') };
  const names = first.split(':');
  while (/^:/.test(scanner.peek()) || names.at(-1) === '') names.push(...rest(scanner, names));
  if (names.some((name) => name.trim() === '')) throw new SyntaxFault(scanner.at, 'the name of a compartment');
  return { kind: 'path', names: names.map((name) => name.trim()) };
}

/** Colons may stand apart from the names. */
function rest(scanner: Scanner, names: string[]): readonly string[] {
  const more = scanner.quoted() ?? scanner.word('the name of a compartment');
  if (names.at(-1) === '') names.pop();
  return (more.startsWith(':') ? more.slice(1) : more).split(':');
}

export function printStatement({ effect, subject, verb, permissions, resource, location, where }: Statement): string {
  const what = verb === null ? `{${permissions.join(', ')}}${resource === null ? '' : ` ${resource}`}` : `${verb} ${resource}`;
  const condition = where === null ? '' : ` where ${printCondition(where)}`;
  return `${effect === 'allow' ? 'Allow' : 'Deny'} ${printSubject(subject)} to ${what} in ${printLocation(location)}${condition}`;
}

export function printSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'any-user':
    case 'any-group':
      return subject.kind;
    case 'service':
      return `service ${subject.names.join(', ')}`;
    case 'groups':
      return subject.groups.map(printGroup).join(', ');
  }
}

/** The keyword is said once for those that follow. */

function printGroup({ isDynamic, domain, id, name }: GroupName, at: number, all: readonly GroupName[]): string {
  const named = id !== null ? `id ${id}` : domain !== null ? `${inQuotes(domain)}/${inQuotes(name)}` : bare(name);
  return at > 0 && all[at - 1]!.isDynamic === isDynamic ? named : `${isDynamic ? 'dynamic-group' : 'group'} ${named}`;
}

/** Names that would be read as something else stand in quotes. */
const bare = (name: string): string => (/^[\w.@+:-]+$/.test(name) && !/^(?:id|group|dynamic-group)$/i.test(name) ? name : inQuotes(name));

export function printLocation(location: Location): string {
  switch (location.kind) {
    case 'tenancy':
      return 'tenancy';
    case 'id':
      return `compartment id ${location.id}`;
    case 'path':
      return `compartment ${bare(location.names.join(':'))}`;
  }
}
