// Starts the agent as a process of its own, and asks it over its socket.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';

export interface AgentProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  /** What it wrote, so far. */
  output(): string;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Null when nobody answers. */
  get(path: string): Promise<{ readonly status: number; readonly json: unknown } | null>;
  post(path: string): ReturnType<AgentProcess['get']>;
  /** Resolves when it answers; rejects with what it wrote when it ends before. */
  served(): Promise<void>;
}

const program = resolve(import.meta.dirname, 'agent-program.ts');
const askMsMax = 5_000;
const servedMsMax = 20_000;

export function writeConfig(folder: string, text = ''): string {
  const file = join(folder, 'agent.yaml');
  writeFileSync(
    file,
    `listen:
  socket: ${join(folder, 'agent.sock')}
  address: null
store:
  file: ${join(folder, 'agent.db')}
access:
  requestsPerMinute: 100000
checks:
  restless:
    every: 1s
    timeout: 1s
${text}`,
  );
  return file;
}

export function startAgentProcess(folder: string, configFile: string, machineDir?: string): AgentProcess {
  const args = [program, configFile, ...(machineDir === undefined ? [] : [machineDir])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.on('close', (code, signal) => done({ code, signal })),
  );
  const get: AgentProcess['get'] = (path) => askOver(join(folder, 'agent.sock'), 'GET', path);
  return {
    child,
    folder,
    output: () => output,
    ended,
    get,
    post: (path) => askOver(join(folder, 'agent.sock'), 'POST', path),
    served: async () => {
      const until = Date.now() + servedMsMax;
      while (Date.now() < until) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${output}`);
        if ((await get('/healthz')) !== null) return;
        await new Promise((again) => setTimeout(again, 20));
      }
      throw new Error(`it does not serve: ${output}`);
    },
  };
}

function askOver(socketPath: string, method: string, path: string): ReturnType<AgentProcess['get']> {
  const { promise, resolve: done } = Promise.withResolvers<Awaited<ReturnType<AgentProcess['get']>>>();
  const asked = request({ socketPath, method, path, agent: false, signal: AbortSignal.timeout(askMsMax) }, (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => {
      // Half an answer of an agent that was killed is no answer.
      try {
        done(response.complete ? { status: response.statusCode!, json: JSON.parse(text) } : null);
      } catch {
        done(null);
      }
    });
    response.on('error', () => done(null));
  });
  asked.on('error', () => done(null));
  asked.end();
  return promise;
}
