// Looks at the certificates that one TLS listener of this machine serves.
import type { DialAnswer, Machine } from '../../contract/machine.ts';
import type { Trust } from './chain.ts';
import { fromServed } from './content.ts';
import type { Source } from './facts.ts';
import { arrange } from './observe-file.ts';
import type { ListenerTarget } from './source.ts';

/** Within one machine a handshake takes milliseconds; a listener that needs more is stuck. */
const timeoutMs = 4_000;

/** Null where it only was a guess that TLS is spoken there. */
export async function observeListener(machine: Machine, target: ListenerTarget, trust: Trust): Promise<Source | null> {
  const answer = await dial(machine, target);
  const { tls } = answer;
  if (tls !== undefined && tls.chain.length > 0) {
    const content = fromServed(tls.chain);
    return source(
      target,
      content.kind === 'read' ? arrange(content, trust, true) : unseen('unparsable', 'what was served is no certificate'),
    );
  }
  if (target.isGuess && (answer.stage === 'connect' || answer.result === 'protocol-error')) return null;
  return source(target, unseen(answer.result === 'timeout' ? 'timeout' : 'unreadable', failureText(answer)));
}

/** A socket bound to every address answers on loopback, but one bound to every IPv6 address only on `::1`. */
async function dial(machine: Machine, target: ListenerTarget): Promise<DialAnswer> {
  const { port, startTls } = target;
  const tls = { serverName: target.serverName ?? '', ...(startTls === undefined ? {} : { startTls }) };
  const addresses = target.address === '::' ? ['127.0.0.1', '::1'] : [target.address === '0.0.0.0' ? '127.0.0.1' : target.address];
  const first = await machine.dial({ address: addresses[0]!, port, timeoutMs, tls });
  if (addresses[1] === undefined || first.stage !== 'connect' || first.result === 'completed') return first;
  return machine.dial({ address: addresses[1], port, timeoutMs, tls });
}

/** Without the parts of a library's message that differ from look to look. */
const failureText = ({ stage, result, code }: DialAnswer): string =>
  `${stage === 'connect' ? 'the connection' : 'the TLS handshake'} ended with ${result}${code === '' ? '' : ` (${code})`}`;

const unseen = (reason: 'timeout' | 'unreadable' | 'unparsable', detail: string): Source['content'] => ({ kind: 'unseen', reason, detail });

export function listenerName({ address, port, serverName }: Pick<ListenerTarget, 'address' | 'port' | 'serverName'>): string {
  const host = address === '0.0.0.0' || address === '::' ? '*' : address.includes(':') ? `[${address}]` : address;
  return serverName === undefined ? `${host}:${port}` : `${host}:${port} (${serverName})`;
}

function source(target: ListenerTarget, content: Source['content']): Source {
  return {
    where: listenerName(target),
    kind: 'listener',
    foundBy: target.foundBy,
    serverNames: [...target.serverNames].sort(),
    mustCover: [...target.mustCover].sort(),
    shouldServe: [...target.shouldServe].sort(),
    ...(target.reload === undefined ? {} : { reload: target.reload }),
    content,
  };
}
