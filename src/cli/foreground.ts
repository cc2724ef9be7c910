// What a daemon in the foreground shows a person: a line while it looks for the first time, then what it found.
import type { AgentOptions } from '../agent/main.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { Given } from './command.ts';
import { shownText } from './text/escape.ts';
import { tookWords } from './words.ts';

export interface Foreground {
  /** `fleet` resolves with the collector's addresses, where one runs beside the agent. */
  agentOptions(fleet?: Promise<readonly string[]>): Pick<AgentOptions, 'logLevel' | 'onFirstJudgement' | 'complain'>;
  complain(line: string): void;
  end(): void;
}

const progressEveryMs = 200;

export function foreground({ terminal }: Pick<Given, 'terminal'>, probes: ReadonlyMap<string, AnyProbe>): Foreground {
  // SIGHUP from a manager means `read the configuration again`; from a terminal that is closed it means `end`.
  if (process.stdout.isTTY) process.once('SIGHUP', () => process.kill(process.pid, 'SIGTERM'));
  const began = performance.now();
  const timer = setInterval(
    () => terminal.progress(`looking for the first time: ${tookWords(performance.now() - began)}`),
    progressEveryMs,
  );
  const end = (): void => {
    clearInterval(timer);
    terminal.progress(null);
  };
  const complain = (line: string): void => {
    end();
    terminal.note(`understudy: ${shownText(line)}`);
  };
  return {
    complain,
    end,
    agentOptions: (fleet = Promise.resolve([])) => ({
      logLevel: 'error',
      complain,
      onFirstJudgement: (first) => {
        end();
        // Loaded only here: a daemon does not carry what prints for people.
        void Promise.all([import('./first-judgement.ts'), fleet]).then(([{ firstText }, urls]) =>
          terminal.print(firstText(first, probes, terminal, urls)),
        );
      },
    }),
  };
}
