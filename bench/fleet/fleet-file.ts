// Writes what a collector and a Prometheus are told about a simulated fleet: the same targets for both.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, places, portOf } from './place.ts';

export interface FleetWish {
  readonly folder: string;
  readonly count: number;
  readonly everyS: number;
  readonly isTls: boolean;
}

export const collectorPort = 19_309;
export const prometheusPort = 19_310;

/** Answers the file's path. */
export function writeFleetFile({ folder, count, everyS, isTls }: FleetWish): string {
  const all = places(count);
  const groups = Map.groupBy(all, ({ group }) => group);
  const config = {
    name: 'bench',
    sites: {
      fra: { name: 'eu-frankfurt-1', networks: ['10.1.0.0/16'] },
      zrh: { name: 'eu-zurich-1', networks: ['10.2.0.0/16'] },
    },
    ...(isTls ? { agents: tlsFiles(folder) } : {}),
    groups: Object.fromEntries([...groups].map(([name, members]) => [name, groupOf(members, isTls)])),
    poll: { every: `${everyS}s` },
    listen: { socket: null, address: '127.0.0.1', port: collectorPort },
    access: { requestsPerMinute: 100_000 },
    store: { file: join(folder, 'collector.db') },
    receipts: { key: join(folder, 'receipts.key') },
    log: { level: 'error' },
  };
  const file = join(folder, 'fleet.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, null, 1));
  return file;
}

const tlsFiles = (folder: string) => ({
  authorities: join(folder, 'ca.pem'),
  certificate: join(folder, 'collector.pem'),
  key: join(folder, 'collector.key'),
  serverName: 'agent.bench.test',
});

function groupOf(members: readonly Place[], isTls: boolean) {
  const pairs = Map.groupBy(members, ({ pair }) => pair);
  const member = (place: Place) => [place.site, `${isTls ? 'https' : 'http'}://${place.address}:${portOf(place)}`] as const;
  return { primary: 'fra', pairs: Object.fromEntries([...pairs].map(([name, both]) => [name, Object.fromEntries(both.map(member))])) };
}

/** Answers the file's path. */
export function writePrometheusFile({ folder, count, everyS, isTls }: FleetWish): string {
  const targets = places(count).map((place) => `${place.address}:${portOf(place)}`);
  writeFileSync(join(folder, 'targets.json'), JSON.stringify([{ targets }]));
  const tls = {
    scheme: 'https',
    tls_config: { ca_file: 'ca.pem', cert_file: 'collector.pem', key_file: 'collector.key', server_name: 'agent.bench.test' },
  };
  const config = {
    global: { scrape_interval: `${everyS}s`, scrape_timeout: '10s' },
    scrape_configs: [{ job_name: 'agents', ...(isTls ? tls : {}), file_sd_configs: [{ files: ['targets.json'] }] }],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(config, null, 1));
  return file;
}
