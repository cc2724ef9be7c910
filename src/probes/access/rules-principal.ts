// What can be wrong with the instance's way to a token: its certificate, its clock, and whether anybody knows it.
import type { AloneRule } from '../../contract/rule.ts';
import { clockWarningSeconds, clockWindowSeconds } from './classify.ts';
import { type Facts, isUnreachable, type Principal, type Result } from './facts.ts';
import { grantFill, grantRemedy, groupFill } from './grant.ts';
import type { Settings } from './settings.ts';
import { callsWith, hasToken, principalSubject, say } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

const metadata = 'http://169.254.169.254/opc/v2';
const seeCertificate = `$ curl -sS -H 'Authorization: Bearer Oracle' ${metadata}/identity/cert.pem | openssl x509 -noout -dates -subject`;

const isTurnedAway = ({ class: class_ }: Result): boolean => ['denied', 'not-authenticated', 'rejected'].includes(class_);

const noInstancePrincipal: Rule = {
  code: 'access/no-instance-principal',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  title: 'This machine gets no certificate from the instance metadata',
  why: 'Without it the machine is nobody to OCI: every call of the applications that goes by instance principal fails.',
  remedy: () =>
    [
      '# Does the metadata service answer, and has it the certificate? A host firewall must let packets to 169.254.169.254 port 80 out',
      `$ curl -sS -m 5 -H 'Authorization: Bearer Oracle' ${metadata}/instance/region`,
      seeCertificate,
      '$ sudo iptables -S OUTPUT; sudo nft list ruleset',
    ].join('\n'),
  judge: ({ principal: { stage, result } }) =>
    stage === 'metadata' && (isUnreachable(result) || isTurnedAway(result))
      ? [{ subject: principalSubject, expected: 'region and certificate from the instance metadata', actual: say(result) }]
      : [],
};

const tokenRefused: Rule = {
  code: 'access/token-refused',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  dependsOn: ['access/certificate-not-valid', 'access/clock-skewed'],
  title: 'OCI gives no token for the certificate of this instance',
  why: 'The certificate was read and turned away: the applications cannot sign in either, whatever the policies say.',
  remedy: () =>
    [
      '# Is the certificate this instance’s and within its dates? OCI renews it several times a day, and a look in that moment may fail once',
      seeCertificate,
      `$ curl -sS -H 'Authorization: Bearer Oracle' ${metadata}/instance/id`,
      '$ date -u; chronyc tracking',
      '# If all of that is right and it stays so: stop and start the instance, then ask Oracle with the request id that the trail holds:',
      '$ understudy explain access',
    ].join('\n'),
  judge: ({ principal: { stage, result } }) =>
    stage === 'federation' && isTurnedAway(result)
      ? [{ subject: principalSubject, expected: 'a token for the certificate', actual: say(result) }]
      : [],
};

const clockSkewed: Rule = {
  code: 'access/clock-skewed',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  title: 'OCI refuses what this machine signs, because of its clock',
  why: 'A request may be signed at most five minutes off OCI’s clock. Everything that talks to OCI from here fails until the clock is right.',
  remedy: () => clockRemedy.join('\n'),
  judge: (facts) =>
    facts.principal.result.class === 'clock-skewed' || callsWith(facts, 'clock-skewed').length > 0
      ? [{ subject: 'clock', expected: `within ${clockWindowSeconds} s of OCI’s`, actual: `more than ${clockWindowSeconds} s off` }]
      : [],
};

const clockOff: Rule = {
  code: 'access/clock-off',
  kind: 'alone',
  severity: 'warning',
  dependsOn: ['access/clock-skewed'],
  title: 'The clock of this machine is off',
  why: 'Nobody keeps it. Beyond five minutes OCI refuses every call, and tokens and certificates expire at the wrong moment.',
  remedy: () => clockRemedy.join('\n'),
  judge: ({ principal: { clock } }) =>
    clock === 'off' || clock === 'wrong'
      ? [
          {
            subject: 'clock',
            expected: `within ${clockWarningSeconds} s of OCI’s`,
            actual: `more than ${clock === 'wrong' ? clockWindowSeconds : clockWarningSeconds} s off`,
          },
        ]
      : [],
};

const clockRemedy = [
  '$ date -u; chronyc tracking; chronyc sources',
  '# OCI offers NTP at 169.254.169.254 in every VCN (server 169.254.169.254 iburst)',
  '$ sudo systemctl enable --now chronyd && sudo chronyc makestep',
];

const certificateNotValid: Rule = {
  code: 'access/certificate-not-valid',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  title: 'The certificate of this instance is out of its dates',
  why: 'OCI renews it several times a day. One that was not renewed gets no new token: access ends when the last token does, 20 minutes later.',
  remedy: () =>
    [
      seeCertificate,
      '$ date -u; chronyc tracking',
      '# If the clock is right and it stays so: stop and start the instance, or ask Oracle',
    ].join('\n'),
  judge: ({ principal: { certificate } }) =>
    certificate === 'expired' || certificate === 'not-yet-valid'
      ? [
          {
            subject: principalSubject,
            expected: 'a certificate within its dates',
            actual: certificate === 'expired' ? 'expired' : 'not yet valid',
          },
        ]
      : [],
};

/** A published one was valid for two hours (teleport's design for joining from OCI, 2025); it is renewed well before its end. */
const certificateMinutesMin = 5;

const certificateEnding: Rule = {
  code: 'access/certificate-ending',
  kind: 'alone',
  severity: 'warning',
  dependsOn: ['access/certificate-not-valid'],
  title: 'The certificate of this instance is about to end and was not renewed',
  why: 'OCI renews it in time, several times a day. Where that stopped, the instance loses its access within the hour.',
  remedy: () => ['# Look again in some minutes: the dates must have moved', seeCertificate].join('\n'),
  judge: ({ principal }, { readings }) => {
    const left = readings.find(({ name }) => name === 'certificateMinutesLeft');
    return principal.certificate === 'valid' && left !== undefined && left.value < certificateMinutesMin
      ? [
          {
            subject: principalSubject,
            expected: 'a certificate that is renewed in time',
            actual: `ends within ${certificateMinutesMin} minutes`,
          },
        ]
      : [];
  },
};

const principalUnseen: Rule = {
  code: 'access/principal-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  isNodeWide: true,
  dependsOn: ['access/certificate-not-valid'],
  title: 'Whether this instance gets a token could not be seen',
  why: 'Nothing was tried without one. What this instance may do after a failover is not known.',
  remedy: () =>
    ['# Another look may tell; what was asked and answered is in the trail', '$ understudy run access', '$ understudy explain access'].join(
      '\n',
    ),
  judge: ({ principal }) =>
    principal.stage === 'token' || isExplained(principal)
      ? []
      : [
          {
            subject: principalSubject,
            expected: principal.stage === 'metadata' ? 'region and certificate from the instance metadata' : 'a token for the certificate',
            actual: say(principal.result),
          },
        ],
};

/** What other rules say. The rest is of those who could not answer this time. */
const isExplained = ({ result }: Principal): boolean => isUnreachable(result) || isTurnedAway(result) || result.class === 'clock-skewed';

const noRights: Rule = {
  code: 'access/no-rights',
  kind: 'alone',
  severity: 'blocker',
  isNodeWide: true,
  dependsOn: ['access/no-rights-here-only', 'access/no-rights-on-both'],
  title: 'This instance may do nothing of what it must: most likely no dynamic group takes it in',
  why: 'It has a token, which every instance gets, and each call is refused. Groups and policies are often written for the compartment of the primary.',
  remedy: (draft) => grantRemedy(draft.with ?? {}).join('\n'),
  judge: (facts) =>
    hasNoRights(facts)
      ? [
          {
            subject: principalSubject,
            expected: 'some of what is named allowed',
            actual: `all refused: ${denied(facts)}`,
            with: grantFill(facts.calls.filter(isRefused), facts),
          },
        ]
      : [],
};

const isRefused = ({ result }: Facts['calls'][number]): boolean => result.class === 'denied';

/** One refusal says nothing about the others, so that it takes two. Calls that nobody answered say nothing either way. */
export const hasNoRights = (facts: Facts): boolean =>
  hasToken(facts) &&
  callsWith(facts, 'denied').length > 1 &&
  callsWith(facts, 'denied').some(({ isRequired }) => isRequired) &&
  callsWith(facts, 'allowed', 'missing', 'rejected').length === 0;

export const denied = (facts: Facts): string =>
  callsWith(facts, 'denied')
    .map(({ subject }) => subject)
    .join(', ');

const nothingNamed: Rule = {
  code: 'access/nothing-named',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing is named that this instance must be allowed to read',
  why: 'That it gets a token says nothing about its rights: every instance gets one.',
  remedy: () =>
    '# List under `checks.access.settings` the buckets, secrets and repositories that the system reads\n$ understudy config example',
  judge: (facts) =>
    facts.calls.length === 0
      ? [{ subject: principalSubject, expected: 'calls to try', actual: 'none configured', with: groupFill(facts) }]
      : [],
};

export const principalRules: readonly Rule[] = [
  noInstancePrincipal,
  tokenRefused,
  clockSkewed,
  clockOff,
  certificateNotValid,
  certificateEnding,
  principalUnseen,
  noRights,
  nothingNamed,
];
