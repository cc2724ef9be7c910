// Whether a group, or this machine, could take over now: asked, answered by a signed receipt, and folded into an exit code.
import { failOns, type Receipt } from '../contract/receipt.ts';
import { agentHere, agentOptions } from './agent-client.ts';
import { collectorFor, collectorOptions } from './collector-client.ts';
import { CannotError, type Command, type Given } from './command.ts';
import { type Daemon, Refused } from './daemon-client.ts';
import { formatOption } from './formats.ts';
import { type GateAsked, gateAsked, gatePath } from './gate/asked.ts';
import { believedReceipt } from './gate/believed.ts';
import { type GateEnding, gateExit } from './gate/ending.ts';
import { lastLine } from './gate/last-line.ts';
import { readOverrideFile } from './gate/override-file.ts';
import { writeReceipt } from './gate/receipt-file.ts';
import { receiptText } from './render/receipt-text.ts';
import { configOption } from './settings.ts';
import { printableJson } from './text/printable-json.ts';
import { tookWords } from './words.ts';

export const gate: Command = {
  usage: 'gate [GROUP]',
  describes:
    'Asks the collector whether a group could take over now, or with --local the agent of this machine whether it could, with primary, collector and network gone. The answer is a signed receipt. The last line says the verdict and why, in at most 200 bytes. For a Full Stack DR plan: docs/gate.md.',
  options: {
    local: { describes: 'ask the agent of this machine; needs no network' },
    ...collectorOptions,
    agent: { ...agentOptions.agent, describes: 'as --local, and where that agent is' },
    config: { ...configOption, describes: 'with --local: the configuration that says where the agent is' },
    'fail-on': { value: 'VERDICT', describes: 'close at this verdict and any worse one: exit 1, else 0', choices: failOns },
    'max-age': { value: 'D', describes: 'a required look of the standby that is older makes it unknown (10m, 1h)' },
    timeout: { value: 'D', describes: 'for all of it; running out is unknown (default 20s)' },
    override: { value: 'REASON', describes: 'let it pass whatever the verdict, and mark that in the receipt; with --by' },
    by: { value: 'NAME', describes: 'who overrides' },
    'override-file': { value: 'FILE', describes: 'YAML with reason, by and until, which overrides while it is there and until its end' },
    receipt: { value: 'FILE', describes: 'leave the receipt there' },
    format: formatOption(['text', 'json']),
  },
  words: { min: 0, max: 1 },
  examples: [
    ['understudy gate billing --max-age 15m', 'the collector of this machine'],
    ['understudy gate --local --fail-on unknown --receipt gate.json', 'this standby by itself, for a precheck'],
    ['understudy gate --local --override "Frankfurt is dark" --by anna', 'pass, and leave a mark'],
  ],
  exitCodes: '0 ready, 1 degraded, 2 not ready, 3 unknown; with --fail-on 0 open, 1 closed; 0 where it is overridden.',
  run: runGate,
};

async function runGate(given: Given): Promise<number> {
  const asked = gateAsked(given);
  const { terminal } = given;
  const underWay: UnderWay = { override: asked.override, notes: [] };
  const end = (ending: GateEnding): number => {
    // Where only the end of one stream is kept, nothing may come after the verdict; JSON has its stream for itself.
    const say = asked.isJson ? terminal.note : terminal.print;
    for (const note of underWay.notes) say(`note: ${note}`);
    if (!asked.isJson || ending.kind === 'unanswered') say(lastLine(ending, asked.failOn));
    return gateExit(ending, asked.failOn);
  };
  const outOfTime = setTimeout(() => {
    const reason = `no answer within ${tookWords(asked.timeoutMs)}`;
    // What still hangs (a name server, a file system) would hold the process up.
    process.exit(end({ kind: 'unanswered', reason, isRefused: false, override: underWay.override }));
  }, asked.timeoutMs);
  try {
    const ending = await askGate(given, asked, underWay);
    if (ending.kind === 'answered') await show(ending.receipt, given, asked, underWay);
    return end(ending);
  } finally {
    clearTimeout(outOfTime);
  }
}

/** What has been found out when time runs out. */
interface UnderWay {
  override: Receipt['override'];
  readonly notes: string[];
}

async function askGate(given: Given, asked: GateAsked, underWay: UnderWay): Promise<GateEnding> {
  try {
    await takeOverrideFile(asked, underWay);
    const daemon = await whoAnswers(given, asked);
    const answer = await daemon.get(gatePath(asked, underWay.override));
    return { kind: 'answered', receipt: believedReceipt(asked, underWay.override, answer, daemon.address) };
  } catch (error) {
    const fault = error instanceof CannotError ? '' : 'a fault in Understudy itself: ';
    const reason = `${fault}${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    // At an agent it is the asking that was refused, for want of the right to read; at a collector it may be the override.
    return { kind: 'unanswered', reason, isRefused: !asked.isLocal && error instanceof Refused, override: underWay.override };
  }
}

async function takeOverrideFile({ overrideFile, override }: GateAsked, underWay: UnderWay): Promise<void> {
  if (overrideFile === null || override !== null) return;
  const read = await readOverrideFile(overrideFile, Date.now(), process.getuid?.() ?? 0);
  if (read.kind === 'override') underWay.override = read.override;
  if (read.kind === 'void') underWay.notes.push(read.detail);
}

const whoAnswers = ({ values }: Given, { isLocal }: GateAsked): Promise<Daemon> => (isLocal ? agentHere(values) : collectorFor(values));

async function show(receipt: Receipt, { terminal }: Given, asked: GateAsked, underWay: UnderWay): Promise<void> {
  const trouble = asked.receiptFile === null ? null : await writeReceipt(asked.receiptFile, receipt);
  if (trouble !== null) underWay.notes.push(trouble);
  terminal.print(asked.isJson ? printableJson(receipt) : receiptText(receipt, terminal));
}
