// Where a collector is found: at the address that was given, or where the collector of this machine usually is.
import { fleetPlaces } from '../config/places.ts';
import type { Option } from './command.ts';
import { credentialOptions, credentialsIn, type Daemon, type DaemonKind, daemonAt, firstThere } from './daemon-client.ts';

export const collectorKind: DaemonKind = {
  noun: 'collector',
  port: 7808,
  start: '`systemctl start understudy-collector` or `understudy collector`',
};

export const collectorOptions = {
  collector: { value: 'ADDRESS', describes: 'the collector: https://…, http://… or its Unix socket; the one of this machine unless given' },
  ...credentialOptions,
} as const satisfies Record<string, Option>;

/** As the service has it, and as root at a shell. */
const usualSockets = ['/run/understudy-collector/collector.sock', '/run/understudy/collector.sock'];
const usualWeb = `http://127.0.0.1:${collectorKind.port}`;

export async function collectorFor(values: Readonly<Record<string, string>>): Promise<Daemon> {
  const credentials = credentialsIn(values);
  if (values.collector !== undefined) return daemonAt(collectorKind, values.collector, credentials);
  const addresses = [...new Set([fleetPlaces().socket, ...usualSockets, usualWeb])].filter((one) => one !== null);
  return firstThere(collectorKind, await Promise.all(addresses.map((address) => daemonAt(collectorKind, address, credentials))));
}
