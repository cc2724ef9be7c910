// A daemon's open doors over reloads: new ones are open before old ones are closed, and TLS files are read again.
import type { AccessConfig, ListenConfig } from '../config/agent-config.ts';
import type { Access } from '../server/access.ts';
import { type Door, type DoorOptions, type OpenDoor, openDoor, readTls } from '../server/listen.ts';

/** What of a configuration says where it is served and to whom. */
export interface Serving {
  readonly listen: ListenConfig;
  readonly access: AccessConfig<string>;
}

export interface Doors {
  /** Rejects with `CannotListen`, with everything closed again. */
  open(config: Serving): Promise<void>;
  /** Rejects and leaves what was open, as it was, when the new doors or TLS files are no good. */
  change(config: Serving): Promise<void>;
  urls(): readonly string[];
  /** What callers will soon be unable to live with, or already are; one sentence each. */
  problems(now: number): readonly string[];
  close(): Promise<void>;
}

/** systemd gives the whole daemon 15 s to stop. */
const closeGraceMs = 2_000;

export function createDoors(options: DoorOptions): Doors {
  let opened: readonly OpenDoor[] = [];
  const openAll = async (wanted: readonly Door[]): Promise<readonly OpenDoor[]> => {
    const results = await Promise.allSettled(wanted.map((door) => openDoor(door, options)));
    const good = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const bad = results.find((result) => result.status === 'rejected');
    if (bad === undefined) return good;
    await closeAll(good);
    throw bad.reason;
  };
  return {
    open: async (config) => {
      opened = await openAll(doorsOf(config));
    },
    change: async (config) => {
      const wanted = doorsOf(config);
      const stays = opened.filter(({ door }) => wanted.some((one) => isSame(one, door)));
      const missing = wanted.filter((one) => !opened.some(({ door }) => isSame(one, door)));
      const inTheWay = opened.filter(({ door }) => missing.some((one) => isSamePlace(one, door)));
      // The one case where the old has to go first, so what can be known before is.
      if (inTheWay.length > 0) for (const one of missing) if (one.kind === 'tcp' && one.tls !== null) await readTls(one.tls);
      const closing = closeAll(inTheWay);
      let fresh: readonly OpenDoor[] = [];
      try {
        fresh = await openAll(missing);
        for (const door of stays) await door.reloadTls();
      } catch (error) {
        await closeAll(fresh);
        const again = await openAll(inTheWay.map(({ door }) => door));
        opened = [...opened.filter((door) => !inTheWay.includes(door)), ...again];
        throw error;
      }
      const gone = opened.filter((door) => !stays.includes(door) && !inTheWay.includes(door));
      opened = [...stays, ...fresh];
      await Promise.all([closing, closeAll(gone)]);
    },
    urls: () => opened.map(({ url }) => url),
    problems: (now) => opened.flatMap((door) => endingProblem(door, now)),
    close: async () => {
      await closeAll(opened);
      opened = [];
    },
  };
}

const closeAll = async (doors: readonly OpenDoor[]): Promise<void> => {
  await Promise.all(doors.map((door) => door.close(closeGraceMs)));
};

const isSame = (a: Door, b: Door): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The same port with other TLS files, or with TLS where there was none. */
const isSamePlace = (a: Door, b: Door): boolean =>
  a.kind === 'tcp' && b.kind === 'tcp' && a.port !== 0 && a.address === b.address && a.port === b.port;

const endsSoonMs = 7 * 24 * 3_600_000;

function endingProblem({ door, url, validUntil }: OpenDoor, now: number): readonly string[] {
  const until = validUntil();
  if (until === null || door.kind !== 'tcp' || until - now > endsSoonMs) return [];
  const when = `${until > now ? 'ends' : 'ended'} on ${new Date(until).toISOString().slice(0, 10)}`;
  return [`the certificate that ${url} is served with ${when}: renew ${door.tls?.certificateFile} and reload`];
}

function doorsOf({ listen }: Serving): readonly Door[] {
  const { socket, tcp, tls } = listen;
  return [
    ...(socket === null ? [] : [{ kind: 'socket', path: socket } as const]),
    ...(tcp === null ? [] : [{ kind: 'tcp', ...tcp, tls } as const]),
  ];
}

/** Why this configuration may not be served; null when it may. The file is checked for it too; what was discovered or built is not. */
export function exposureProblem({ listen, access }: Serving): string | null {
  const { tcp, tls } = listen;
  if (tcp === null || tcp.address.startsWith('127.') || tcp.address === '::1') return null;
  const hasCredential = access.tokens.length > 0 || (access.clients.length > 0 && (tls?.clientAuthoritiesFile ?? null) !== null);
  if (tls !== null && hasCredential) return null;
  const lacks = [...(tls === null ? ['listen.tls'] : []), ...(hasCredential ? [] : ['a credential under access'])].join(' and ');
  return `${tcp.address} is not loopback and would serve others without ${lacks}`;
}

export function accessOf({ access }: Pick<Serving, 'access'>, nodeName: string): Access {
  return {
    tokens: access.tokens,
    clients: access.clients,
    localRights: access.localRights,
    requestsPerMinute: access.requestsPerMinute,
    hostNames: [nodeName.toLowerCase()],
  };
}
