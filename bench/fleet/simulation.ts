// Starts the process that is a fleet, gives it orders and asks what was asked of it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { otherCore, startTalking } from '../processes.ts';
import type { Counted, Order } from './agents.ts';

export interface Simulated {
  counted(): Promise<Counted>;
  turn(node: number, check: string): void;
  drift(isOn: boolean): void;
  readonly child: ChildProcess;
}

export async function startSimulation(count: number, tlsFolder: string | null): Promise<Simulated> {
  const argv = [process.execPath, '--disable-warning=ExperimentalWarning', 'bench/fleet/agents.ts', String(count)];
  const child = startTalking(otherCore, tlsFolder === null ? argv : [...argv, tlsFolder]);
  const lines = createInterface({ input: child.stdout });
  const next = async (): Promise<Counted> => {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the simulated agents ended with ${code}`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    return JSON.parse(line) as Counted;
  };
  const order = (one: Order): void => void child.stdin.write(`${JSON.stringify(one)}\n`);
  await next();
  return {
    child,
    counted: () => {
      const counted = next();
      order({ kind: 'count' });
      return counted;
    },
    turn: (node, check) => order({ kind: 'turn', node, check }),
    drift: (isOn) => order({ kind: 'drift', isOn }),
  };
}
