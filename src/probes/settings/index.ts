// Settings: what was set on the primary and never brought over. Values are compared and never told.
import { defineProbe } from '../../contract/probe.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { SettingsSchema } from './settings.ts';

export const probe = defineProbe({
  id: 'settings',
  title: 'Settings',
  gap: 'configuration',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: { keyCount: 'Keys that a source sets' },
  defaults: { everyMs: 5 * 60_000, timeoutMs: 60_000, staleAfterMs: 20 * 60_000 },
  withoutConfig: { notTold: 'which files, directories and units hold the settings that matter' },
  example: {
    fleetKeyFile: '/etc/understudy/fleet.key',
    otherSite: { name: 'eu-frankfurt-1', domains: ['fra.example.com'], networks: ['10.1.0.0/16'], tokens: { bucket: 'billing-fra' } },
    files: [
      { path: '/etc/app/app.env', service: 'app.service', required: ['DB_URL', 'DB_PASSWORD'], mayDiffer: ['LOG_LEVEL'] },
      { path: '/opt/app/config/application*.yaml', required: ['spring.datasource.url'], resolves: ['dollar-braces'] },
      { path: '/opt/tomcat/conf/server.xml', include: ['**.@port', '**.@address'] },
    ],
    flags: ['/etc/app/flags.json'],
    directories: [{ path: '/run/secrets/app', required: ['db-password'] }],
    units: [{ unit: 'app.service', required: ['JAVA_OPTS'] }],
    services: ['app.service'],
    exclude: ['**.generatedAt'],
    mayDiffer: ['HOSTNAME'],
  },
  absentOnStandby: 'blocker',
  // Read beside `of`, and different wherever a value has a word of its site in it.
  ownFields: ['/sources/*/content/keys/*/value/asIs'],
  rules,
  summary,
  observe,
});

function summary({ sources, fleetKey }: Facts): string {
  const keys = sources.reduce((sum, { content }) => sum + (content.kind === 'seen' ? content.keys.length : 0), 0);
  const dark = sources.filter(({ content }) => content.kind !== 'seen' && content.kind !== 'not-running').length;
  return [
    `${count(keys, 'setting')} in ${count(sources.length, 'source')}`,
    ...(fleetKey.kind === 'usable' ? [] : ['values cannot be compared']),
    ...(dark === 0 ? [] : [`${dark} missing or not seen`]),
  ].join(', ');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
