// Where a command writes: a document to stdout, everything said along the way to stderr.
import { writeSync } from 'node:fs';
import { exits } from './exits.ts';
import { type Painter, painter } from './text/paint.ts';

export interface Terminal {
  /** To stdout, ended by a newline if it has none. */
  print(text: string): void;
  /** To stderr. */
  note(text: string): void;
  /** Rewrites one line on stderr; nothing where stderr is no terminal. Null takes it away. */
  progress(line: string | null): void;
  readonly paint: Painter;
  /** Columns to wrap prose at. */
  readonly columns: number;
}

/** What is needed to lay text out. */
export type Page = Pick<Terminal, 'paint' | 'columns'>;

/** Longer lines of prose are hard to read, however wide the terminal. */
const proseColumnsMax = 110;
const columnsWithoutTerminal = 80;
const columnsMin = 40;

/** What could not be written was not said: a full disk under `> report.json` may not end with the exit code of a verdict. */
function endUnsaid(error: NodeJS.ErrnoException): never {
  try {
    writeSync(2, `understudy: what was found cannot be written: ${error.message}\n`);
  } catch {
    // stderr is the one that is full.
  }
  process.exit(exits.unknown);
}

export function openTerminal({ mayColour }: { readonly mayColour: boolean }): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    // The reader (`| head`) has what it wanted and left, or the terminal was closed.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') endUnsaid(error);
    });
  }
  const { NO_COLOR, TERM } = process.env;
  const isColoured = mayColour && stdout.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  const write = (stream: NodeJS.WriteStream, text: string): void => void stream.write(text.endsWith('\n') ? text : `${text}\n`);
  const canRewrite = stderr.isTTY === true && TERM !== 'dumb';
  return {
    print: (text) => write(stdout, text),
    note: (text) => write(stderr, text),
    progress: (line) => {
      if (canRewrite) stderr.write(`\r\x1b[K${line === null ? '' : line.slice(0, (stderr.columns ?? columnsWithoutTerminal) - 1)}`);
    },
    paint: painter(isColoured),
    columns: Math.max(
      columnsMin,
      Math.min(proseColumnsMax, stdout.isTTY ? (stdout.columns ?? columnsWithoutTerminal) : columnsWithoutTerminal),
    ),
  };
}
