// What agent and collector refuse to start with: an address that others can reach, without encryption or without a credential.
import { isIP } from 'node:net';
import type { ConfigError } from './config-error.ts';
import { isRecord, show } from './schema-messages.ts';
import type { ConfigText } from './yaml-text.ts';

export function accessProblems(file: Record<string, unknown>, text: ConfigText, who: 'agent' | 'collector'): readonly ConfigError[] {
  const listen = isRecord(file.listen) ? file.listen : {};
  const access = isRecord(file.access) ? file.access : {};
  return [
    ...addressProblems(listen, access, text),
    ...nowhereProblems(listen, text, who),
    ...clientProblems(listen, access, text),
    ...twiceProblems(access, text),
  ];
}

function addressProblems(listen: Record<string, unknown>, access: Record<string, unknown>, text: ConfigText): readonly ConfigError[] {
  const { address, tls } = listen;
  if (typeof address !== 'string') return [];
  if (isIP(address) === 0) {
    const meant = address === 'localhost' ? "; did you mean '127.0.0.1'?" : '';
    return [text.error('/listen/address', 'value', `listen.address: ${show(address)} is not an IP address${meant}`)];
  }
  if (isLoopback(address)) return [];
  const lacks = [
    ...(tls === undefined ? ['listen.tls'] : []),
    ...(hasCredential(listen, access) ? [] : ['a credential (access.tokens, or access.clients with listen.tls.clientAuthorities)']),
  ];
  if (lacks.length === 0) return [];
  const message = `listen.address: ${show(address)} is not loopback and would serve others without ${lacks.join(' and ')}`;
  return [text.error('/listen/address', 'value', message)];
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

const hasCredential = (listen: Record<string, unknown>, access: Record<string, unknown>): boolean =>
  isFilled(access.tokens) || (isFilled(access.clients) && isRecord(listen.tls) && listen.tls.clientAuthorities !== undefined);

const isFilled = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

function nowhereProblems(listen: Record<string, unknown>, text: ConfigText, who: string): readonly ConfigError[] {
  return listen.socket === null && listen.address === null
    ? [text.error('/listen', 'key', `listen: neither a socket nor an address; nobody could ask this ${who}`)]
    : [];
}

function clientProblems(listen: Record<string, unknown>, access: Record<string, unknown>, text: ConfigText): readonly ConfigError[] {
  const hasAuthorities = isRecord(listen.tls) && listen.tls.clientAuthorities !== undefined;
  return isFilled(access.clients) && !hasAuthorities
    ? [text.error('/access/clients', 'key', 'access.clients: no client certificate can be checked without listen.tls.clientAuthorities')]
    : [];
}

function twiceProblems(access: Record<string, unknown>, text: ConfigText): readonly ConfigError[] {
  const tokens = Array.isArray(access.tokens) ? access.tokens : [];
  const names = tokens.map((token: unknown) => (isRecord(token) ? token.name : undefined));
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [text.error(`/access/tokens/${index}/name`, 'value', `access.tokens[${index}].name: ${show(name)} is given twice`)]
      : [],
  );
}
