// Decides which open sockets of this machine to ask for a certificate.
import type { ListeningSocket } from '../../../contract/machine.ts';
import type { ListenerTarget } from '../source.ts';
import type { Found, FoundListener } from './found.ts';

/**
 * Ports on which TLS begins with the first byte. Others are left alone: a stray handshake fills the error log of a
 * database, and may count as an attack.
 */
export const tlsPorts: ReadonlySet<number> = new Set([
  443, // HTTPS
  465, // submission
  636, // LDAPS
  853, // DNS over TLS
  990, // FTPS
  993, // IMAPS
  995, // POP3S
  2484, // Oracle Net over TLS
  3269, // global catalogue
  4443, // Oracle HTTP Server
  5671, // AMQPS
  6443, // Kubernetes API
  6514, // syslog over TLS
  7002, // WebLogic
  8443, // HTTPS of application servers
  8883, // MQTT over TLS
  9443, // HTTPS of consoles
  10250, // kubelet
]);

/** One machine serves its certificates on a few ports; a host of hundreds of names is sampled, and its files are all seen. */
const listenersMax = 60;

export function listenerTargets(sockets: readonly ListeningSocket[], found: readonly Found[]): readonly ListenerTarget[] {
  const configured = found.filter((each): each is FoundListener => each.kind === 'listener');
  const targets = distinct(sockets).flatMap((socket) => {
    const here = configured.filter(({ port }) => port === socket.port);
    if (here.length > 0) return namedTargets(socket, here);
    return tlsPorts.has(socket.port) ? [guess(socket)] : [];
  });
  return targets.slice(0, listenersMax);
}

/** A wildcard socket of each IP family is one listener. */
function distinct(sockets: readonly ListeningSocket[]): readonly ListeningSocket[] {
  const byPlace = new Map<string, ListeningSocket>();
  for (const socket of sockets) {
    const isWild = socket.address === '0.0.0.0' || socket.address === '::';
    const place = `${isWild ? '*' : socket.address}:${socket.port}`;
    if (!byPlace.has(place) || socket.address === '0.0.0.0') byPlace.set(place, socket);
  }
  return [...byPlace.values()];
}

function namedTargets({ address, port }: ListeningSocket, here: readonly FoundListener[]): readonly ListenerTarget[] {
  const names = new Set(here.map(({ serverName }) => serverName));
  return [...names].map((serverName) => {
    const files = [...new Set(here.filter((each) => each.serverName === serverName).map(({ file }) => file))];
    const { foundBy, reload } = here.find((each) => each.serverName === serverName)!;
    return {
      kind: 'listener',
      address,
      port,
      foundBy,
      ...(reload === undefined ? {} : { reload }),
      ...(serverName === undefined ? {} : { serverName }),
      serverNames: serverName === undefined ? [] : [serverName],
      mustCover: [],
      // Without a name the server answers for its default host, which may be any of several.
      shouldServe: serverName === undefined && names.size > 1 ? [] : files,
      isGuess: false,
    };
  });
}

const guess = ({ address, port }: ListeningSocket): ListenerTarget => ({
  kind: 'listener',
  address,
  port,
  foundBy: 'listening',
  serverNames: [],
  mustCover: [],
  shouldServe: [],
  isGuess: true,
});
