// Resolves a name in a process of its own, for the time in which earlier lookups hold all threads that may hang.
import { isIP } from 'node:net';
import { runProgram } from './run.ts';

/** Sixty-four addresses three times over, one line for each kind of socket. */
const outputBytesMax = 65_536;

const databases = { 0: 'ahosts', 4: 'ahostsv4', 6: 'ahostsv6' } as const;

/** Its end is counted by who asks. */
const ownTurn = async () => ({ end: () => {} });

/**
 * The addresses that glibc's getent prints, which asks getaddrinfo like everybody else. Null for everything else: it ends in the
 * same way for a name that does not exist and for a resolver that is silent. Killed at the time limit, as a thread cannot be.
 */
export async function addressesByProgram(
  name: string,
  options: { readonly family: 0 | 4 | 6; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  if (name === '' || name.includes('\0')) return null;
  const argv = ['getent', '--no-addrconfig', databases[options.family], '--', name] as const;
  const answer = await runProgram(argv, { timeoutMs: options.timeoutMs, bytesMax: outputBytesMax }, signal, ownTurn);
  if (answer.kind === 'failed' || answer.code !== 0) return null;
  const addresses = answer.stdout.split('\n').map((line) => line.split(/\s/, 1)[0]!);
  // It shows IPv4 addresses as `::ffff:10.0.0.1` where IPv6 was asked for and there is none.
  const own = addresses.filter((address) => isIP(address) !== 0 && !address.startsWith('::ffff:'));
  return own.length === 0 ? null : [...new Set(own)];
}
