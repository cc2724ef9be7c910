// Stands in for an Alertmanager: takes POST /api/v2/alerts as the real one does (v0.25: api/v2, types.Alert.Merge), and notifies at once.
// What an alert fires or resolves is said once each, per set of labels; repeats and late refreshes are taken in silently.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Notified {
  readonly kind: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch milliseconds: when it began, or when it ended. */
  readonly at: number;
}

export interface TestAlertmanager {
  readonly url: string;
  /** In the order in which a person would have been told. */
  notified(): readonly Notified[];
  firing(): readonly HeldAlert[];
  readonly posts: readonly (readonly PostedAlert[])[];
  /** Answers so instead, where told to requests that hold such alerts only, until it is given null again. */
  answer(status: number | null, to?: (alerts: readonly PostedAlert[]) => boolean): void;
  close(): Promise<void>;
}

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorURL: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** It was given no end: it is over when it is not sent again, and that is not said to be when it ended. */
  readonly isTimeout: boolean;
}

const resolveTimeoutMs = 5 * 60_000;

export async function testAlertmanager(now: () => number, wish: { readonly port?: number } = {}): Promise<TestAlertmanager> {
  const held = new Map<string, HeldAlert>();
  const told = new Set<string>();
  const notified: Notified[] = [];
  const posts: (readonly PostedAlert[])[] = [];
  let status: number | null = null;
  let isAnsweredSo = (_: readonly PostedAlert[]): boolean => true;

  const expire = (): void => {
    for (const [identity, { labels, endsAt }] of held) {
      if (endsAt > now() || !told.delete(identity)) continue;
      notified.push({ kind: 'resolved', labels, at: endsAt });
    }
  };

  const take = (alert: HeldAlert): void => {
    const identity = identityOf(alert.labels);
    const before = held.get(identity);
    const merged = before !== undefined && overlap(before, alert) ? merge(before, alert, now()) : alert;
    held.set(identity, merged);
    if (merged.endsAt <= now() || told.has(identity)) return;
    told.add(identity);
    notified.push({ kind: 'firing', labels: merged.labels, at: merged.startsAt });
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/api/v2/alerts') return void response.writeHead(404).end();
      const posted = JSON.parse(Buffer.concat(chunks).toString('utf8')) as readonly PostedAlert[];
      if (status !== null && isAnsweredSo(posted)) return void response.writeHead(status).end();
      posts.push(posted);
      expire();
      const alerts = posted.map((alert) => read(alert, now()));
      const wrong = alerts.map(problemOf).filter((problem) => problem !== null);
      // It makes a best effort to take the good ones.
      for (const alert of alerts) if (problemOf(alert) === null) take(alert);
      expire();
      response.writeHead(wrong.length === 0 ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(wrong.join('; ')));
    });
  });
  await listen(server, wish.port ?? 0);
  onTestFinished(() => close(server));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    notified: () => {
      expire();
      return [...notified];
    },
    firing: () => [...held.values()].filter(({ endsAt }) => endsAt > now()),
    posts,
    answer: (next, to = () => true) => {
      status = next;
      isAnsweredSo = to;
    },
    close: () => close(server),
  };
}

export const listen = (server: Server, port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

const identityOf = (labels: HeldAlert['labels']): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function read({ labels, annotations = {}, startsAt, endsAt, generatorURL = '' }: PostedAlert, now: number): HeldAlert {
  const end = endsAt === undefined ? null : Date.parse(endsAt);
  return {
    labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    annotations,
    generatorURL,
    startsAt: startsAt === undefined ? (end ?? now) : Date.parse(startsAt),
    endsAt: end ?? now + resolveTimeoutMs,
    isTimeout: end === null,
  };
}

function problemOf({ labels, startsAt, endsAt, generatorURL }: HeldAlert): string | null {
  if (Number.isNaN(startsAt) || Number.isNaN(endsAt)) return 'a time is no RFC 3339 time';
  if (endsAt < startsAt) return 'start time must be before end time';
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  if (generatorURL !== '' && !URL.canParse(generatorURL)) return 'generatorURL must be of type uri';
  const wrong = Object.keys(labels).find((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
  return wrong === undefined ? null : `invalid name "${wrong}"`;
}

const overlap = (old: HeldAlert, next: HeldAlert): boolean =>
  (next.endsAt > old.startsAt && next.endsAt < old.endsAt) || (next.startsAt > old.startsAt && next.startsAt < old.endsAt);

function merge(old: HeldAlert, next: HeldAlert, now: number): HeldAlert {
  const startsAt = Math.min(old.startsAt, next.startsAt);
  const isOver = (alert: HeldAlert): boolean => alert.endsAt <= now;
  if (isOver(next)) return { ...next, startsAt, endsAt: isOver(old) ? Math.max(old.endsAt, next.endsAt) : next.endsAt };
  return { ...next, startsAt, endsAt: old.isTimeout ? next.endsAt : Math.max(old.endsAt, next.endsAt) };
}
