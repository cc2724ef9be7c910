// Lets few programs run at once, so that looks that fall due together do not take the machine from what it is there for.

/** Two cores are the smallest shape that production databases run on; more children than this would be felt there. */
const runningMax = 4;

/** Every check has at most a handful of programs waiting; more is a fault, and answered as one. */
const waitingMax = 512;

export interface Turn {
  /** To be called once; the next in line then starts. */
  readonly end: () => void;
}

let running = 0;
const waiting = new Set<(turn: Turn) => void>();

/** Null when the look ended first, or the queue is full. */
export function takeTurn(signal: AbortSignal): Promise<Turn | null> {
  if (signal.aborted) return Promise.resolve(null);
  if (running < runningMax) return Promise.resolve(begin());
  if (waiting.size >= waitingMax) return Promise.resolve(null);
  return new Promise((resolve) => {
    const start = (turn: Turn): void => {
      signal.removeEventListener('abort', giveUp);
      resolve(turn);
    };
    const giveUp = (): void => {
      waiting.delete(start);
      resolve(null);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.add(start);
  });
}

function begin(): Turn {
  running += 1;
  let isOver = false;
  return {
    end: () => {
      if (isOver) return;
      isOver = true;
      running -= 1;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next(begin());
    },
  };
}
