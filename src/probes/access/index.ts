// What this very instance may do in OCI: tried, not read from policies.
import { defineProbe } from '../../contract/probe.ts';
import { type Facts, FactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { callRules } from './rules-calls.ts';
import { pairedRules } from './rules-paired.ts';
import { principalRules } from './rules-principal.ts';
import { foreignOrigins, SettingsSchema } from './settings.ts';
import { hasToken, say } from './wording.ts';

const compartment = 'ocid1.compartment.oc1..aaaaaaaaexamplecompartment';

export const probe = defineProbe({
  id: 'access',
  title: 'Access to OCI',
  gap: 'iam',
  factsVersion: 1,
  settings: SettingsSchema,
  facts: FactsSchema,
  readings: {
    certificateMinutesLeft: 'Until the instance’s certificate ends, by OCI’s clock where that is known; it is renewed several times a day',
    clockAheadSeconds: 'Clock of this machine minus that of whoever answered last',
    callMs: 'One call, from its first byte to its last',
    tryMs: 'All of it, from the start of the process that tries to its end',
    peakRssBytes: 'Highest resident memory of that process',
  },
  // Rights change by hand, and each look costs a process of some 85 MiB for a second or two, and calls that the whole tenancy shares.
  defaults: { everyMs: 900_000, timeoutMs: 120_000, staleAfterMs: 2_700_000, confirm: { bad: 2, good: 1 } },
  example: {
    buckets: [{ name: 'app-backups', action: 'list', label: 'backups', required: true }],
    secrets: [{ id: 'ocid1.vaultsecret.oc1.eu-zurich-1.amaaaaaaexamplesecret', bundle: true, label: 'database password', required: true }],
    secretsByName: [{ name: 'wallet', compartment, required: true }],
    repositories: [{ name: 'billing/app', compartment, required: true }],
    gets: [
      {
        url: `https://iaas.eu-zurich-1.oraclecloud.com/20160918/vcns?compartmentId=${compartment}&limit=1`,
        label: 'networks',
        required: false,
      },
    ],
    otherOrigins: [],
    region: 'eu-zurich-1',
    // Where they are anyway.
    endpoints: {
      metadata: 'http://169.254.169.254/opc/v2',
      federation: 'https://auth.eu-zurich-1.oraclecloud.com',
      objectStorage: 'https://objectstorage.eu-zurich-1.oraclecloud.com',
      vaults: 'https://vaults.eu-zurich-1.oci.oraclecloud.com',
      secrets: 'https://secrets.vaults.eu-zurich-1.oci.oraclecloud.com',
      artifacts: 'https://artifacts.eu-zurich-1.oci.oraclecloud.com',
    },
    callTimeout: '10s',
    timeout: '90s',
  },
  withoutConfig: {
    notTold:
      'nothing named that this instance must be allowed to read in OCI: list buckets, secrets and repositories under the settings of the access check',
  },
  namesIn: foreignOrigins,
  absentOnStandby: 'blocker',
  rules: [...principalRules, ...callRules, ...pairedRules],
  summary,
  observe,
});

function summary(facts: Facts): string {
  if (!hasToken(facts)) return `no token for this instance: ${say(facts.principal.result)}`;
  const others = facts.calls.filter(({ result }) => result.class !== 'allowed').map(({ subject }) => subject);
  const count = `a token, ${facts.calls.length - others.length} of ${facts.calls.length} calls allowed`;
  return others.length === 0 ? count : `${count}; not: ${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}`;
}
