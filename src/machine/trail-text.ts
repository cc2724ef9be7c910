// Puts a question to the machine, and what it answered, into one redacted line each.
import { posix } from 'node:path';
import type { CloudCall, CloudFailure, CloudRequest, CloudTried } from '../contract/cloud.ts';
import type { DialAnswer, DialRequest, DnsReply, Failed, FileStat, Machine } from '../contract/machine.ts';
import { answeredCharsMax, askedCharsMax, marginChars } from '../look/trail.ts';
import { redactArgv, redacted } from '../redaction/redact.ts';

export type Asked = { readonly [Q in Exclude<keyof Machine, 'now' | 'pause'>]: (...question: Parameters<Machine[Q]>) => string };

/** Still with what `askedLine` takes out: few questions are ever read, so that their lines are made later. */
export const askedText: Asked = {
  uname: () => 'uname',
  run: (argv) => ownText(`run ${redactArgv(argv).map(shellWord).join(' ')}`),
  readFile: (path, { from, isNameSecret }) => ownText(`read ${shownPath(path, isNameSecret)}${from === 'end' ? ' from its end' : ''}`),
  stat: (path, { isNameSecret } = {}) => ownText(`look at ${shownPath(path, isNameSecret)}`),
  listDirectory: (path) => ownText(`list ${path}`),
  glob: (pattern) => ownText(`find ${pattern}`),
  realPath: (path) => ownText(`follow ${path}`),
  listeners: () => 'listening sockets',
  processes: () => 'processes',
  lookup: (name, { family }) => ownText(`look up ${name}${family === 0 ? '' : ` over IPv${family}`}`),
  exchangeDns: ({ server, port, transport, message }) => ownText(`ask ${server} port ${port} over ${transport} ${questionText(message)}`),
  dial: (request) => ownText(dialText(request)),
  digestFile: (path) => ownText(`digest of ${path}`),
  tryCloud: (request) => ownText(cloudText(request)),
};

const shownPath = (path: string, isNameSecret = false): string =>
  isNameSecret ? `a file of ${posix.dirname(path)}, its name is kept out of the trail` : path;

export type Answer = Awaited<ReturnType<Machine[keyof Asked]>>;

/** As much of an answer as its line can need, in a string of its own: a slice would keep megabytes of output alive. */
export function answerHead(answer: Answer, isFromEnd = false): string {
  return Buffer.from(plainAnswer(isFromEnd ? withoutTornLine(answer) : answer).slice(0, answeredCharsMax + marginChars)).toString('utf8');
}

/** The same for a question, which is a short text of its own but for the longest command lines. */
const ownText = (text: string): string => {
  const charsMax = askedCharsMax + marginChars;
  return text.length <= charsMax ? text : Buffer.from(text.slice(0, charsMax)).toString('utf8');
};

/** A read from the end begins inside a line, where a secret would no longer be told by its name. */
function withoutTornLine(answer: Answer): Answer {
  if (answer.kind !== 'file' || !answer.isCut) return answer;
  const { kind, sizeBytes, modifiedMs, isCut, bytes } = answer;
  return { kind, sizeBytes, modifiedMs, isCut, bytes: bytes.subarray(bytes.indexOf(0x0a) + 1), text: '' };
}

const shellWord = (word: string): string => (/^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function plainAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'failed':
      return failedText(answer);
    case 'missing':
      return 'does not exist';
    case 'uname':
      return `${answer.sysname} ${answer.nodename} ${answer.release} ${answer.version} ${answer.machine}`;
    case 'exited':
      return `exit ${answer.code}${block('stdout', answer.stdout)}${block('stderr', answer.stderr)}`;
    case 'file':
      return `${answer.sizeBytes} bytes${answer.isCut ? `, of which ${answer.bytes.length} were read` : ''}${block('', fileText(answer.bytes))}`;
    case 'stat':
      return statText(answer, `${answer.sizeBytes} bytes`);
    case 'directory':
      return `${count(answer.names.length, 'name')}${answer.isCut ? ' and more' : ''}${block('', answer.names.slice(0, 50).join(' '))}`;
    case 'globbed':
      return `${count(answer.paths.length, 'path')}${answer.isCut ? ' and more' : ''}${notEntered(answer.denied)}${block('', answer.paths.slice(0, 50).join('\n'))}`;
    case 'real-path':
      return answer.path;
    case 'listeners':
      return answer.sockets
        .map(({ address, port, command }) => `${address} port ${port}${command === null ? '' : ` ${command}`}`)
        .join('\n');
    case 'processes':
      // Arguments stay out: they are most of the text and the likeliest place for a secret.
      return `${count(answer.processes.length, 'process')}${answer.isCut ? ' and more' : ''}: ${names(answer.processes.map(({ command }) => command))}`;
    case 'addresses':
      return answer.addresses.join(' ');
    case 'no-such-name':
      return 'no such name';
    case 'reply':
      return replyText(answer);
    case 'dialled':
      return dialledText(answer);
    case 'digest':
      return `sha256 ${answer.sha256}, ${answer.sizeBytes} bytes, of which ${answer.bytesRead} were read now`;
    case 'under-way':
      return `${answer.doneBytes} of ${answer.sizeBytes} bytes are done`;
    case 'cloud-tried':
      return triedText(answer);
  }
}

export const statText = ({ type, mode, uid, gid }: FileStat, size: string): string =>
  `${type}, ${size}, mode ${mode.toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;

const callText = ({ kind, ...named }: CloudCall): string => `${kind} ${Object.values(named).join(' ')}`;

const cloudText = ({ calls, region }: CloudRequest): string =>
  `try as this instance${region === undefined ? '' : ` in ${region}`}: ${calls.map(callText).join('; ')}`;

function triedText({ principal, calls }: CloudTried): string {
  const { stage, failure, instanceId, compartmentId, clockAheadSeconds } = principal;
  const skew = clockAheadSeconds === null ? '' : `, clock ${clockAheadSeconds} s ahead`;
  const who = `reached ${stage}${failure === null ? '' : `: ${cloudFailureText(failure)}`}; ${instanceId ?? 'unknown instance'} in ${compartmentId ?? 'unknown compartment'}${skew}`;
  const answers = calls.map((call) =>
    call.kind === 'answered' ? `${call.status}${call.isMissing ? ', not in the list' : ''}` : cloudFailureText(call.failure),
  );
  return [who, ...answers.map((text, at) => `call ${at + 1}: ${text}`)].join('\n');
}

const cloudFailureText = ({ status, code, message, host, requestId }: CloudFailure): string =>
  [status ?? 'no answer', code, message, host ?? '', requestId ?? ''].filter((part) => part !== '').join(' ');

const failedText = ({ reason, detail }: Failed): string => `${reason}: ${detail}`;

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : what.endsWith('s') ? 'es' : 's'}`;

const names = (all: readonly string[]): string => [...new Set(all)].sort().join(' ');

const notEntered = (denied: readonly string[]): string => (denied.length === 0 ? '' : `; not let into ${denied.slice(0, 5).join(', ')}`);

const block = (title: string, text: string): string => {
  const kept = text.slice(0, answeredCharsMax + marginChars).trimEnd();
  return kept === '' ? '' : `\n${title === '' ? '' : `${title}: `}${kept}`;
};

/** Bytes with a null among them are no text (certificate stores, images), and say nothing to a reader. */
function fileText(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, answeredCharsMax + marginChars));
  return head.includes(0) ? `(binary) ${head.subarray(0, 16).toString('hex')}` : head.toString('utf8');
}

const typeNames: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  257: 'CAA',
};

/** Of our own query, whose name is never compressed. */
function questionText(message: Uint8Array): string {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0 && length < 64 && labels.length < 128; length = message[at] ?? 0) {
    labels.push(Buffer.from(message.subarray(at + 1, at + 1 + length)).toString('latin1'));
    at += 1 + length;
  }
  const type = ((message[at + 1] ?? 0) << 8) | (message[at + 2] ?? 0);
  return `${labels.join('.') || '.'} ${typeNames[type] ?? `TYPE${type}`}`;
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

function replyText({ message }: DnsReply): string {
  if (message.length < 12) return `${count(message.length, 'byte')}, too few for a DNS message`;
  const rcode = (message[3] ?? 0) & 0x0f;
  const answers = ((message[6] ?? 0) << 8) | (message[7] ?? 0);
  const isCut = ((message[2] ?? 0) & 0x02) !== 0;
  return `${rcodes[rcode] ?? `RCODE${rcode}`}, ${count(answers, 'answer')}${isCut ? ', truncated' : ''}, ${count(message.length, 'byte')}`;
}

function dialText({ address, port, sourceAddress, proxy, proxyTarget, tls, http }: DialRequest): string {
  const parts = [
    `reach ${address} port ${port}`,
    sourceAddress === undefined ? '' : `from ${sourceAddress}`,
    proxy === undefined ? '' : `through ${proxy.address} port ${proxy.port}${proxyTarget === undefined ? '' : ` (${proxyTarget})`}`,
    tls === undefined ? '' : `TLS as ${tls.serverName || 'nobody'}`,
    http === undefined ? '' : `${http.method} ${http.path} of ${http.host}${headerText(http.headers)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Names only: which headers are configured matters, their values may be credentials under any name. */
const headerText = (headers: Readonly<Record<string, string>>): string => {
  const given = Object.keys(headers);
  return given.length === 0 ? '' : ` with ${given.map((name) => `${name} ${redacted}`).join(', ')}`;
};

function dialledText({ stage, result, code, detail, tls, proxyStatus, http }: DialAnswer): string {
  const parts = [
    `${result} at ${stage}${code === '' ? '' : ` (${code})`}${detail === '' ? '' : `: ${detail}`}`,
    proxyStatus === undefined ? '' : `proxy said ${proxyStatus}`,
    tls === undefined
      ? ''
      : `${tls.protocol} ${tls.cipher}, ${count(tls.chain.length, 'certificate')}${tls.trustError === '' ? '' : `, ${tls.trustError}`}`,
    http === undefined ? '' : `status ${http.status}${block('', http.body)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}
