// A fleet file that is right, for people: who will be asked, who may differ in what, and who is told.
import type { DiscoveryConfig, FleetConfig, GroupConfig, OciAccess } from '../../config/fleet-config.ts';
import { formatDuration } from '../../contract/duration.ts';
import { agentAddresses } from '../addresses.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import { table } from '../text/table.ts';
import { hang } from '../text/wrap.ts';

export function fleetFileText(fleet: FleetConfig, now: number, { paint, columns }: Page): string {
  const { listen, store, receipts, poll, groups, discover, tell } = fleet;
  const line = (label: string, text: string): readonly string[] => hang(label.padEnd(9), shownText(text), columns);
  const members = groups.flatMap(memberRows);
  const lawful = groups.flatMap((group) => lawfulRows(group, now));
  const regions = groups.flatMap(regionRows);
  const looks = groups.flatMap(lookRows);
  return [
    `${paint('✔', 'green')} ${fleet.file} is right`,
    '',
    ...line('serves', agentAddresses(listen).join(' and ')),
    ...line('keeps', `${store.file}, ${formatDuration(store.keepMs)} or ${Math.round(store.bytesMax / 1024 ** 2)} MiB`),
    ...line('signs', `with ${receipts.keyFile}; receipts are kept ${formatDuration(receipts.keepMs)}`),
    ...line('asks', `every ${formatDuration(poll.everyMs)}, ${formatDuration(poll.timeoutMs)} at most, ${poll.concurrency} at once`),
    ...(regions.length === 0 ? [] : line('asks OCI', ociWords(fleet.oci))),
    ...discover.flatMap((source) => line('finds', discoveryWords(source))),
    ...(tell.length === 0
      ? line('tells', 'nobody')
      : tell.flatMap(({ name, kind, severity }) => line('tells', `${name}: ${kind}, from ${severity}`))),
    ...memberLines(fleet, members, paint),
    ...(regions.length === 0 ? [] : ['', ...table(['GROUP', 'SITE', 'ROLE', 'REGION', 'COMPARTMENTS', 'NETWORKS'], regions, paint)]),
    ...(looks.length === 0 ? [] : ['', ...table(['GROUP', 'REGION CHECK', 'LOOKS', 'LIMIT', 'STALE AFTER', ''], looks, paint)]),
    ...(lawful.length === 0 ? [] : ['', ...table(['LAWFUL IN', 'PAIRS', 'CHECK', 'FIELD', 'UNTIL'], lawful, paint)]),
  ].join('\n');
}

function memberLines({ groups, discover }: FleetConfig, members: readonly (readonly string[])[], paint: Page['paint']): readonly string[] {
  if (members.length > 0) return ['', ...table(['GROUP', 'PAIR', 'SITE', 'ROLE', 'AGENT', 'SILENT AFTER'], members, paint)];
  if (discover.length > 0) return ['', 'No member is named: whoever is found is asked.'];
  const isAnyRegion = groups.some(({ regions }) => regions.length > 0);
  return isAnyRegion ? [] : ['', 'Nobody is named, and nobody is looked for: no agent will be asked.'];
}

function discoveryWords(source: DiscoveryConfig): string {
  const every = `, every ${formatDuration(source.everyMs)}`;
  switch (source.kind) {
    case 'files':
      return `${source.patterns.join(', ')}${every}`;
    case 'http':
      // A query may hold a secret.
      return `${source.url.replace(/[?#].*$/, '?…')}${every}`;
  }
}

const memberRows = ({ name, primarySite, pairs }: GroupConfig): readonly (readonly string[])[] =>
  pairs.flatMap((pair) =>
    pair.members.map(({ site, contact }) => [
      name,
      pair.name,
      site,
      roleWords(site, primarySite),
      contact.address,
      formatDuration(pair.thresholds.silentAfterMs),
    ]),
  );

const roleWords = (site: string, primarySite: string | null): string =>
  primarySite === null ? 'as it says' : site === primarySite ? 'primary' : 'standby';

const regionRows = ({ name, primarySite, regions }: GroupConfig): readonly (readonly string[])[] =>
  regions.map(({ site, region, scope }) => [
    name,
    site,
    roleWords(site, primarySite),
    region,
    Object.keys(scope.compartments).join(', '),
    Object.entries(scope.networks)
      .map(([shared, network]) => `${shared} ${network}`)
      .join(', '),
  ]);

/** Both sides are looked at in the same way. */
const lookRows = ({ name, regions: [first] }: GroupConfig): readonly (readonly string[])[] =>
  (first?.checks ?? []).map((check) => [
    name,
    check.id,
    check.schedule.kind === 'cron' ? `at ${check.schedule.expression}` : `every ${formatDuration(check.schedule.everyMs)}`,
    formatDuration(check.timeoutMs),
    formatDuration(check.staleAfterMs),
    check.isRequired ? 'required' : 'optional',
  ]);

function ociWords({ auth, configFile, profile, callTimeoutMs, concurrency }: OciAccess): string {
  const limits = `${formatDuration(callTimeoutMs)} at most, ${concurrency} at once in each region`;
  const file = `profile ${profile} of ${configFile ?? '~/.oci/config'}`;
  switch (auth) {
    case 'instance-principal':
      return `as the instance that it runs on, ${limits}`;
    case 'config-file':
      return `as the user in ${file}, ${limits}`;
    case 'security-token':
      return `with the session token in ${file}, ${limits}`;
  }
}

const lawfulRows = ({ name, lawful }: GroupConfig, now: number): readonly (readonly string[])[] =>
  lawful.map(({ check, field, pairs, until }) => [
    name,
    pairs.length === 0 ? 'all' : pairs.join(', '),
    check,
    field,
    until === null ? 'for ever' : `${new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')}${until <= now ? ', ended: drift again' : ''}`,
  ]);
