// Whether the exit status of a command is that of the gate in it: the status of a pipe is that of its last program, and what stands
// behind `;`, `||` or `&` takes its place. Full Stack DR knows a failed script by its status alone.
// https://docs.oracle.com/en-us/iaas/disaster-recovery/doc/user-defined-plan-groups.html
import { hasWord } from './words.ts';

/** What takes the place of the gate's exit status; null where nothing does, or where no gate stands in the command. */
export const whatHides = (command: string, gate: readonly string[]): string | null => hiddenIn(command, gate, false, shellsMax);

/** A shell within a shell within a shell: nobody goes further. */
const shellsMax = 3;

function hiddenIn(command: string, gate: readonly string[], isPipeSafeAround: boolean, shells: number): string | null {
  const parts = partsOf(command);
  const at = parts.findIndex(({ text }) => hasWord(text, gate));
  // In a shell that is given its program as an argument, that program decides.
  const inner = parts
    .map(({ words, text }) => ({ program: shellProgram(words), text }))
    .find(({ program }) => program !== null && hasWord(program, gate));
  if (inner !== undefined && shells > 0) {
    // What was set around a shell does not hold in it: its own options do.
    const hidden = hiddenIn(inner.program!, gate, isPipeSafeIn(inner.text, false), shells - 1);
    if (hidden !== null) return hidden;
  }
  if (at === -1) return null;
  if (isTurnedRound(parts, at)) return '! (turns the status round)';
  const before = parts.slice(0, at + 1).map(({ text }) => text);
  return hiddenBehind(parts.slice(at), isPipeSafeIn(before.join('\n'), isPipeSafeAround));
}

/** Whatever was said last: `-o` sets it, `+o` takes it back. */
function isPipeSafeIn(text: string, around: boolean): boolean {
  const last = [...text.matchAll(/(?:^|\s)(?:([-+])[a-z]*o|setopt)\s+pipe_?fail\b/gi)].at(-1);
  return last === undefined ? around : last[1] !== '+';
}

/** `!` stands before a pipe as a whole. */
function isTurnedRound(parts: readonly Part[], gateAt: number): boolean {
  let at = gateAt;
  while (parts[at - 1]?.operator === '|') at--;
  return parts[at]!.words[0] === '!';
}

/** The first of the parts is the gate. */
function hiddenBehind(parts: readonly Part[], isPipeSafe: boolean): string | null {
  let isInPipe = true;
  for (const [at, { operator }] of parts.entries()) {
    const after = parts[at + 1]?.text ?? '';
    switch (operator) {
      case '|':
        if (isInPipe && !isPipeSafe) return '| (a pipe ends with the status of its last program)';
        break;
      case '&&':
        isInPipe = false;
        break;
      case '||':
        if (!/^(?:false|exit\s+[1-9]\d*)$/.test(after)) return '|| (a failure is answered with something else)';
        break;
      case ';':
        if (/^exit\s+\$\?$/.test(after) || isKeptToTheEnd(parts.slice(at + 1))) return null;
        if (after !== '') return '; (what comes last gives the status)';
        break;
      case '&':
        return '& (nobody waits for its status)';
    }
  }
  return null;
}

/** `rc=$?`, something else, `exit $rc`: nothing between ends the shell or gives the variable another value. */
function isKeptToTheEnd(behind: readonly Part[]): boolean {
  const name = /^([A-Za-z_]\w*)=\$\?$/.exec(behind[0]?.text ?? '')?.[1];
  const rest = behind.filter(({ text }) => text !== '');
  const last = rest.at(-1)?.text.replace(/\$\{(\w+)\}/, '$$$1');
  if (name === undefined || !/^exit\s+\$\w+$/.test(last ?? '') || !last!.endsWith(`$${name}`)) return false;
  const between = rest.slice(1, -1);
  return [rest[0]!, rest.at(-2)!].every(({ operator }) => operator === ';') && between.every(({ words }) => leavesAlone(words, name));
}

const leavesAlone = (words: readonly string[], name: string): boolean =>
  words.every((word) => !/^[({]*(?:exit|exec|return|kill)$/.test(word) && word !== name && !word.startsWith(`${name}=`));

interface Part {
  readonly text: string;
  readonly words: readonly string[];
  /** What stands behind it; empty at the end. */
  readonly operator: string;
}

/** Commands between operators of the shell, quotes taken off. Redirections (`2>&1`, `&>log`) are no operators. */
function partsOf(command: string): readonly Part[] {
  const parts: Part[] = [];
  let text = '';
  let word = '';
  let words: string[] = [];
  let quote = '';
  const endWord = (): void => {
    if (word !== '') words.push(word);
    word = '';
  };
  const end = (operator: string): void => {
    endWord();
    parts.push({ text: text.trim(), words, operator });
    text = '';
    words = [];
  };
  for (let at = 0; at < command.length; at++) {
    const letter = command[at]!;
    if (quote !== '') {
      if (letter === quote) quote = '';
      else {
        text += letter;
        word += letter;
      }
      continue;
    }
    if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '\\') {
      word += command[at + 1] ?? '';
      text += command[++at] ?? '';
    } else if (isRedirection(command, at)) text += letter;
    else if ('|&;\n'.includes(letter)) {
      const isDouble = command[at + 1] === letter && letter !== '\n' && letter !== ';';
      const isPipeOfBoth = letter === '|' && command[at + 1] === '&';
      if (isDouble || isPipeOfBoth) at++;
      end(isPipeOfBoth ? '|' : letter === '\n' ? ';' : isDouble ? letter.repeat(2) : letter);
    } else {
      if (/\s/.test(letter)) endWord();
      else word += letter;
      text += letter;
    }
  }
  end('');
  return parts;
}

const isRedirection = (command: string, at: number): boolean =>
  (command[at] === '&' && (command[at - 1] === '>' || command[at - 1] === '<' || command[at + 1] === '>')) ||
  (command[at] === '|' && command[at - 1] === '>');

/** What `sh -c PROGRAM` runs; null for what is no such call. */
function shellProgram(words: readonly string[]): string | null {
  const shell = words.findIndex((word) => /(?:^|\/)(?:ba|da|k|z)?sh$/.test(word));
  if (shell === -1) return null;
  const option = words.findIndex((word, at) => at > shell && /^-[a-z]*c$/.test(word));
  return option === -1 ? null : (words[option + 1] ?? null);
}
