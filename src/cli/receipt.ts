// What a gate left behind: whether it is still what was signed and by whom, what it says, and the key to check it with.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyIdOf, type ReceiptCheck, verifyReceiptText } from '../formats/receipt.ts';
import { agentHere, agentOptions } from './agent-client.ts';
import { meant } from './arguments.ts';
import { collectorFor, collectorOptions } from './collector-client.ts';
import { CannotError, type Command, type ExitCode, type Given, UsageError } from './command.ts';
import { lastLine } from './gate/last-line.ts';
import { readReceipt } from './gate/receipt-file.ts';
import { receiptText } from './render/receipt-text.ts';
import { configOption } from './settings.ts';
import { shownText } from './text/escape.ts';
import { moment, verdictWords } from './words.ts';

export const receipt: Command = {
  usage: 'receipt verify|show|key [FILE]',
  describes:
    'verify FILE: whether a receipt is still what was signed, and by one of the keys that are given.\nshow FILE: what it says, if it is whole.\nkey: prints the public key that receipts are signed with, of the collector of this machine, or with --local of its agent. Keep it somewhere else: a key from the machine that is checked proves nothing.',
  options: {
    key: { value: 'FILE', describes: 'verify: PEM file with a public key, or several, to trust; may be repeated', isRepeatable: true },
    local: { describes: 'key: of the agent of this machine' },
    ...collectorOptions,
    agent: { ...agentOptions.agent, describes: 'key: as --local, and where that agent is' },
    config: { ...configOption, describes: 'key, with --local: the configuration that says where the agent is' },
  },
  words: { min: 1, max: 2 },
  examples: [
    ['understudy receipt verify gate.json --key collector.pem', 'is it whole, and ours?'],
    ['understudy receipt show gate.json', 'what it says'],
    ['understudy receipt key --collector https://dr.example.com:7808 > collector.pem', 'on the day it is set up'],
  ],
  exitCodes:
    'verify: 0 whole and by a trusted key, 1 whole and by a key that was not given, 2 not whole or no receipt, 3 not done. show: 0, 2, 3.',
  run: runReceipt,
};

async function runReceipt(given: Given): Promise<ExitCode> {
  const [action = '', file] = given.words;
  switch (action) {
    case 'verify':
      return verify(fileOf(action, file), given);
    case 'show':
      return show(fileOf(action, file), given);
    case 'key':
      if (file !== undefined) throw new UsageError(`'${file}' is more than \`receipt key\` takes`);
      return printKey(given);
    default:
      throw new UsageError(`unknown action '${action}'${meant(action, ['verify', 'show', 'key'])}`);
  }
}

function fileOf(action: string, file: string | undefined): string {
  if (file === undefined) throw new UsageError(`which receipt? understudy receipt ${action} FILE`);
  return file;
}

async function verify(file: string, { lists, terminal }: Given): Promise<ExitCode> {
  const keys = (await Promise.all((lists.key ?? []).map(keysIn))).flat();
  const check = verifyReceiptText(await readReceipt(file), keys);
  terminal.print(shownText(`${file}: ${checkWords(check, keys.length)}`));
  return verifyExits[check.kind];
}

const verifyExits = { valid: 0, untrusted: 1, broken: 2, 'no-receipt': 2 } as const satisfies Record<ReceiptCheck['kind'], ExitCode>;

function checkWords(check: ReceiptCheck, keyCount: number): string {
  switch (check.kind) {
    case 'valid':
      return `whole, and signed by a trusted key: ${summary(check)}`;
    case 'untrusted':
      return `whole, but signed by ${keyCount === 0 ? 'a key that nobody vouches for; give those to trust with --key' : 'none of the keys that were given'}: ${summary(check)}`;
    case 'broken':
      return `NOT WHOLE: ${check.detail}`;
    case 'no-receipt':
      return `NO RECEIPT: ${check.detail}`;
  }
}

function summary({
  receipt: { signature, issuer, issuedAt, verdict, asked, override },
}: Extract<ReceiptCheck, { kind: 'valid' | 'untrusted' }>): string {
  const marks = override === null ? '' : `, overridden by ${override.by}`;
  return `${verdictWords[verdict].word} for ${asked.group ?? issuer.name}${marks}, ${moment(issuedAt)}, by ${issuer.kind} ${issuer.name}, key ${signature.keyId}`;
}

async function show(file: string, { terminal }: Given): Promise<ExitCode> {
  const check = verifyReceiptText(await readReceipt(file), []);
  if (check.kind === 'broken' || check.kind === 'no-receipt') {
    terminal.note(shownText(`${file}: ${checkWords(check, 0)}; it is not shown, since nothing in it can be relied on`));
    return verifyExits[check.kind];
  }
  terminal.print(receiptText(check.receipt, terminal));
  terminal.print(lastLine({ kind: 'answered', receipt: check.receipt }, check.receipt.asked.failOn));
  return 0;
}

const pem = /-----BEGIN [A-Z0-9 ]+-----[\s\S]+?-----END [A-Z0-9 ]+-----/g;

async function keysIn(file: string): Promise<readonly KeyObject[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CannotError(`${file} cannot be read (${error.code})`);
  });
  const keys = (text.match(pem) ?? []).map((one) => publicKeyIn(one, file));
  if (keys.length === 0) throw new CannotError(`${file} holds no public key as PEM; \`understudy receipt key\` prints one`);
  return keys;
}

function publicKeyIn(text: string, place: string): KeyObject {
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below: OpenSSL's words for what is no key help nobody.
  }
  throw new CannotError(`${place} holds something else than an Ed25519 public key as PEM`);
}

async function printKey({ values, flags, terminal }: Given): Promise<ExitCode> {
  const isLocal = flags.has('local') || values.agent !== undefined;
  if (isLocal && values.collector !== undefined)
    throw new UsageError('--local is the agent’s key, --collector a collector’s: one of the two');
  const daemon = await (isLocal ? agentHere(values) : collectorFor(values));
  const text = await daemon.text('/v1/gate-key');
  const key = publicKeyIn(text, daemon.address);
  terminal.print(text);
  terminal.note(`key ${keyIdOf(key)}, as receipts name it`);
  return 0;
}
