// Answers that go on: few, never far ahead of their reader, and ended with the door or the credential that they came in by.
import type { ServerResponse } from 'node:http';
import { Problem } from './problem.ts';
import type { StreamBegun } from './route.ts';

export interface StreamAsked {
  readonly response: ServerResponse;
  readonly begin: StreamBegun;
  /** Whether the caller would be let in now. */
  readonly isAdmitted: () => boolean;
  /** Aborts when the door closes. */
  readonly closing: AbortSignal;
}

export interface Streams {
  /** Throws the problem that refuses one more. */
  demandRoom(): void;
  /** With its head written. */
  open(asked: StreamAsked): void;
  end(): void;
}

/** A quarter of the connections that a door takes: who only asks still gets in. */
const streamsMax = 64;
/** A reader that is further behind than some hundred events has gone away without a word. */
const waitingBytesMax = 64 * 1024;

export function createStreams(): Streams {
  const open = new Set<() => void>();
  return {
    demandRoom: () => {
      if (open.size < streamsMax) return;
      throw new Problem(503, `${streamsMax} streams are open, which is the most; ask without one`, { headers: { 'retry-after': '15' } });
    },
    open: ({ response, begin, isAdmitted, closing }) => {
      let isOver = false;
      let stop = (): void => {};
      const over = (finish: () => void): void => {
        if (isOver) return;
        isOver = true;
        open.delete(end);
        closing.removeEventListener('abort', end);
        stop();
        finish();
      };
      const end = (): void => over(() => response.end());
      const cutOff = (): void => over(() => response.destroy());
      const send = (text: string): void => {
        if (isOver) return;
        if (!isAdmitted()) end();
        else if (response.writableLength > waitingBytesMax) cutOff();
        else response.write(text);
      };
      open.add(end);
      response.on('close', cutOff).on('error', cutOff);
      closing.addEventListener('abort', end, { once: true });
      stop = begin({ send });
      // What ended while it began did not know yet what to stop.
      if (isOver) stop();
      else if (closing.aborted) end();
    },
    end: () => {
      for (const end of [...open]) end();
    },
  };
}
