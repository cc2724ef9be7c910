// Certificates: renewals run on the primary, and the standby serves what it was left with.
import { defineProbe } from '../../contract/probe.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { defaultSettings, SettingsSchema } from './settings.ts';

export const probe = defineProbe({
  id: 'certs',
  title: 'Certificates',
  gap: 'certificates',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {
    daysLeft: 'Days until a certificate of a served chain ends; negative afterwards',
    lifetimeUsedShare: 'Share of its whole life that is over: 0 at its beginning, 1 at its end',
  },
  defaults: { everyMs: 15 * 60_000, timeoutMs: 60_000, staleAfterMs: 60 * 60_000 },
  withoutConfig: { settings: defaultSettings },
  example: {
    ...defaultSettings,
    files: [{ path: '/etc/pki/tls/certs/app.crt', keyFile: '/etc/pki/tls/private/app.key', mustCover: ['app.example.com'] }],
    stores: [{ path: '/u01/app/oracle/wallet', passwordFile: '/etc/understudy/wallet.password', autoLogin: 'local' }],
    listeners: [{ address: '127.0.0.1', port: 443, serverName: 'app.example.com', file: '/etc/pki/tls/certs/app.crt' }],
    authorities: ['/etc/pki/ca-trust/source/anchors/corporate-root.pem'],
  },
  absentOnStandby: 'blocker',
  rules,
  summary,
  observe,
});

function summary({ sources }: Facts): string {
  const seen = sources.flatMap(({ content }) => (content.kind === 'seen' ? content.certificates : []));
  const served = seen.filter(({ use }) => use !== 'authority').map(({ notAfter }) => notAfter);
  const dark = sources.length - sources.filter(({ content }) => content.kind === 'seen').length;
  const first = served.toSorted()[0];
  return [
    `${count(seen.length, 'certificate')} in ${count(sources.length, 'place')}`,
    ...(first === undefined ? [] : [`the first of a chain ends ${first.slice(0, 10)}`]),
    ...(dark === 0 ? [] : [`${dark} missing or not seen`]),
  ].join(', ');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
