// Tells whether a recorded command answers a question that was put in other words: nobody who writes down what a tool
// printed knows in which order a probe spells its options.
import { posix } from 'node:path';

export interface Answer {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options that change neither what is told nor its form, or that a reader can do without: quietness, cache-only, columns, a filter. */
const without: Readonly<Record<string, readonly string[]>> = {
  dnf: ['-C', '--cacheonly', '-q', '--quiet', '-y', '--security', 'security', '--available'],
  yum: ['-C', '--cacheonly', '-q', '--quiet', '-y', '--security', 'security', '--available'],
  podman: ['--no-trunc', '--digests'],
  docker: ['--no-trunc', '--digests'],
};

/** Two spellings of one option. */
const alike: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rpm: { '--queryformat': '--qf', '--query': '-q' },
  'dpkg-query': { '--show': '-W', '--showformat': '-f' },
  'datadog-agent': { '-j': '--json' },
  sqlplus: { '-V': '-v', '-version': '-v' },
  podman: { '-a': '--all', '--format': '--format', '{{json .}}': 'json' },
  docker: { '-a': '--all', '--format': '--format', '{{json .}}': 'json' },
  crictl: { '-a': '--all', '--output': '-o' },
};

/** Whether both ask the same of the same program, by its name alone. */
export function asksTheSame(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [plain(one), plain(other)];
  return a.length === b.length && a.every((word, at) => word === b[at]);
}

function plain(argv: readonly string[]): readonly string[] {
  const program = posix.basename(argv[0] ?? '');
  // Whoever wrote down what a database answered did not have the script that a probe asks with.
  if (program === 'sqlplus' && argv.some((word) => /\bsysdba\b/i.test(word))) return [program, 'sysdba'];
  const dropped = without[program] ?? [];
  const names = alike[program] ?? {};
  const words = argv.slice(1).flatMap((word) => {
    const [option, value] = /^(--[a-z-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
    return value !== undefined && Object.hasOwn(names, option!)
      ? [names[option!]!, value]
      : [Object.hasOwn(names, word) ? names[word]! : word];
  });
  return [program, ...words.filter((word) => !dropped.includes(word))];
}

/**
 * What systemctl would have shown of the asked units, put together from answers about any of them with any list of
 * properties; null where one of the units was never asked about. An answer that failed is given as it is.
 */
export function showFromOthers(commands: readonly Answer[], asked: readonly string[]): Answer | null {
  const question = showQuestion(asked);
  if (question === null) return null;
  const blocks: string[] = [];
  for (const unit of question.units) {
    const found = commands.flatMap((command) => blockOf(command, unit));
    const told = found.filter((one) => typeof one === 'string');
    if (told.length === 0) return found.find((one) => typeof one !== 'string') ?? null;
    blocks.push(onlyAsked(together(told), unit, question.properties));
  }
  return { argv: asked, exit: 0, stdout: blocks.join('\n'), stderr: '' };
}

function blockOf(command: Answer, unit: string): readonly (string | Answer)[] {
  const question = showQuestion(command.argv);
  const at = question?.units.indexOf(unit) ?? -1;
  if (question === null || at < 0) return [];
  if (command.exit !== 0) return [command];
  const blocks = command.stdout.split(/\n[ \t]*\n/).filter((block) => block.trim() !== '');
  return blocks.length === question.units.length ? [blocks[at]!] : [command];
}

/** What was asked about one unit in several commands; of a property that several tell, the first one counts. */
function together(blocks: readonly string[]): string {
  const [first = '', ...others] = blocks;
  return others.reduce((known, block) => {
    const names = new Set([...known.matchAll(/^([A-Z][A-Za-z0-9]*)=/gm)].map(([, name]) => name));
    const more = block.split(/\n(?=[A-Z][A-Za-z0-9]*=)/).filter((property) => !names.has(/^([A-Z][A-Za-z0-9]*)=/.exec(property)?.[1]));
    return [known.replace(/\n+$/, ''), ...more].join('\n');
  }, first);
}

/** systemctl always knows the name that it was asked for; a property that nobody recorded stays away, as with an old systemd. */
function onlyAsked(block: string, unit: string, properties: readonly string[]): string {
  const isAsked = (name: string): boolean => properties.length === 0 || properties.includes(name);
  const lines = block.replace(/\n+$/, '').split('\n');
  let keeps = false;
  const kept = lines.filter((line) => {
    const name = /^([A-Z][A-Za-z0-9]*)=/.exec(line)?.[1];
    if (name !== undefined) keeps = isAsked(name);
    return keeps;
  });
  const hasId = lines.some((line) => line.startsWith('Id='));
  return `${[...(hasId || !isAsked('Id') ? [] : [`Id=${unit}`]), ...kept].join('\n')}\n`;
}

interface ShowQuestion {
  readonly units: readonly string[];
  /** Empty: all. */
  readonly properties: readonly string[];
}

/** Null where it is no `systemctl show` of units. */
function showQuestion(argv: readonly string[]): ShowQuestion | null {
  if (posix.basename(argv[0] ?? '') !== 'systemctl' || !argv.includes('show')) return null;
  const units: string[] = [];
  const properties: string[] = [];
  const words = argv.slice(1).filter((word) => word !== 'show' && word !== '--no-pager');
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const glued = /^(?:-p|--property=)(.+)$/.exec(word)?.[1];
    const list = glued ?? (word === '-p' || word === '--property' ? words[++at] : undefined);
    if (list !== undefined) properties.push(...list.split(','));
    else if (word.startsWith('-')) return null;
    else units.push(/\.[a-z]+$/.test(word) ? word : `${word}.service`);
  }
  return units.length === 0 ? null : { units, properties };
}
