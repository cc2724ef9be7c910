// Says in an operator's words how an attempt ended.
import type { Call, Facts, Principal, Result, ResultClass } from './facts.ts';

const words: Readonly<Record<ResultClass, string>> = {
  allowed: 'allowed',
  missing: 'may be looked for, and is not there',
  denied: 'not authorised, or not there',
  'clock-skewed': 'refused for the clock of this machine',
  'not-authenticated': 'not accepted as this instance',
  rejected: 'rejected as a wrong call',
  throttled: 'throttled',
  'service-error': 'no answer that can be read',
  slow: 'no answer in time',
  'no-such-name': 'its name cannot be resolved',
  refused: 'connection refused',
  'no-route': 'no route',
  silent: 'no answer at all, packets dropped on the way',
  reset: 'connection cut',
  'local-firewall': 'stopped on this machine',
  'tls-failed': 'TLS failed',
  'proxy-failed': 'the proxy got no further',
  'not-tried': 'not tried',
  unseen: 'not tried',
};

export const say = ({ class: class_, cause }: Result): string => (cause === '' ? words[class_] : `${words[class_]} (${cause})`);

export const hasToken = ({ principal }: Facts): boolean => principal.result.class === 'allowed';

export const callsWith = ({ calls }: Facts, ...classes: readonly ResultClass[]): readonly Call[] =>
  calls.filter(({ result }) => classes.includes(result.class));

/** What the principal-wide findings are about. */
export const principalSubject = 'instance principal';

export const ownCompartment = ({ compartment }: Principal): string => compartment ?? '<compartment OCID of this instance>';
export const ownTenancy = ({ tenancy }: Principal): string => tenancy ?? '<tenancy OCID>';
export const ownRegion = ({ region }: Principal): string => region ?? '<region>';

/** One word of the shell. */
export const quoted = (text: string): string => (/^[A-Za-z0-9._:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
