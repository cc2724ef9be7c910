// Whether the third parties that the system depends on let this machine through.
import { defineProbe } from '../../contract/probe.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { rules } from './rules.ts';
import { defaultSettings, SettingsSchema } from './settings.ts';
import { isThrough } from './wording.ts';

export const probe = defineProbe({
  id: 'egress',
  title: 'Third parties',
  gap: 'allow-lists',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {
    resolveMs: 'Resolving the name of the endpoint',
    connectMs: 'TCP connection, of the quickest attempt that got through',
    proxyMs: 'Tunnel through the proxy, of the same attempt',
    tlsMs: 'TLS handshake, of the same attempt',
    firstByteMs: 'From sending the request to the first byte of the answer, of the same attempt',
    totalMs: 'The whole attempt, without resolving',
  },
  // A blocked endpoint takes its timeout; with 128 waiting at a time, 500 names of four addresses take 80 s.
  defaults: { everyMs: 120_000, timeoutMs: 120_000, staleAfterMs: 600_000, confirm: { bad: 2, good: 2 } },
  example: {
    ...defaultSettings,
    endpoints: [
      { name: 'payments', url: 'https://api.payments.example.com/health', expect: { status: [200] } },
      {
        name: 'rates',
        url: 'https://rates.example.com/v1/ping',
        headersFrom: { Authorization: { file: '/etc/understudy/rates.token', prefix: 'Bearer ' } },
        expect: { status: [200], issuer: 'DigiCert' },
      },
      { name: 'mail relay', url: 'tls://smtp.example.com:587', startTls: 'smtp' },
      { name: 'licence server', url: 'tcp://licences.example.com:1947', family: 4, timeout: '3s' },
    ],
    echo: { url: 'https://checkip.example.com/' },
  },
  withoutConfig: {
    notTold:
      'no third parties configured: list under `endpoints` the name and url of each vendor, API and licence server that the system calls',
  },
  absentOnStandby: 'blocker',
  rules,
  summary,
  observe,
});

function summary({ endpoints }: Facts): string {
  const failing = endpoints.filter((endpoint) => !isThrough(endpoint)).map((endpoint) => endpoint.name);
  const count = `${endpoints.length - failing.length} of ${endpoints.length} third parties let this machine through`;
  return failing.length === 0 ? count : `${count}; not: ${failing.slice(0, 5).join(', ')}${failing.length > 5 ? ', …' : ''}`;
}
