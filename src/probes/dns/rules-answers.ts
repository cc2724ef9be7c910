// What is wrong with the way in which a name is answered.
import type { Answer } from './facts.ts';
import { dig, digParts, updateRecord, word } from './remedy.ts';
import { type Alone, grouped, partsOf, viasOf } from './rules-common.ts';
import { problemText, silence } from './rules-resolvers.ts';
import { sameness } from './sameness.ts';
import { subjectOf } from './settings.ts';

const noAnswer: Alone = {
  code: 'dns/no-answer',
  kind: 'alone',
  severity: 'blocker',
  title: 'A resolver gives no answer about a name',
  why: 'Silence about one name while the resolver answers others points at the servers of its zone, or at a filter on the way.',
  dependsOn: ['dns/resolver-silent', 'dns/no-resolver'],
  judge: (facts) =>
    facts.names.flatMap((fact) =>
      viasOf(fact, 'silent').map((via) => ({
        subject: `${subjectOf(fact)} @${via.server}`,
        expected: 'an answer',
        actual: silence(via.answer.how),
        cause: via.server,
        with: digParts(via.server, fact.name, fact.type),
      })),
    ),
  remedy: (draft) => [dig(draft), dig(draft, '+tcp')].join('\n'),
};

const noSuchName: Alone = {
  code: 'dns/no-such-name',
  kind: 'alone',
  severity: 'blocker',
  title: 'A name does not exist or has no record of the type',
  why: 'What asks for it cannot connect. A private zone or view that is attached in the primary’s network only is the usual cause.',
  judge: (facts, context) =>
    facts.names.flatMap((fact) => {
      const drafts = grouped(fact, viasOf(fact, 'nothing'), (via) => sameness(via.answer), `a record of type ${fact.type}`);
      return drafts.map((draft) => ({ ...draft, with: { ...partsOf(fact, context), ...draft.with } }));
    }),
  remedy: (draft) =>
    [dig(draft), '# a private zone: is its view attached to the resolver of this network?', updateRecord(draft)].join('\n'),
};

const serverFailure: Alone = {
  code: 'dns/server-failure',
  kind: 'alone',
  severity: 'blocker',
  title: 'A resolver fails to resolve a name',
  why: 'SERVFAIL means that the resolver could not reach the servers of the zone or could not validate what they said: a forwarding rule or a route of this site is missing.',
  judge: (facts) =>
    facts.names.flatMap((fact) => {
      const vias = viasOf(fact, 'failure').filter((via) => via.answer.rcode !== 'REFUSED');
      return grouped(fact, vias, (via) => failureText(via.answer), 'NOERROR');
    }),
  remedy: (draft) =>
    [
      dig(draft),
      dig(draft, '+cd'),
      '# an answer with +cd only: DNSSEC validation fails (clock, trust anchor, signatures); none either: the resolver does not reach the zone’s servers',
      `$ dig ${word(draft, 'name')} +trace`,
    ].join('\n'),
};

function failureText(answer: Answer): string {
  if (answer.kind !== 'failure') return sameness(answer);
  return answer.reasons.length === 0 ? answer.rcode : `${answer.rcode} (${answer.reasons.join(', ')})`;
}

const refused: Alone = {
  code: 'dns/refused',
  kind: 'alone',
  severity: 'blocker',
  title: 'A resolver refuses to answer about a name',
  why: 'The server allows other networks than this one: the standby’s were forgotten when it was set up.',
  dependsOn: ['dns/resolver-refuses'],
  judge: (facts) =>
    facts.names.flatMap((fact) =>
      viasOf(fact, 'failure')
        .filter((via) => via.answer.rcode === 'REFUSED')
        .map((via) => ({
          subject: `${subjectOf(fact)} @${via.server}`,
          expected: 'NOERROR',
          actual: failureText(via.answer),
          cause: via.server,
          with: digParts(via.server, fact.name, fact.type),
        })),
    ),
  remedy: (draft) =>
    [dig(draft), '# on that server, allow the networks of this site for this zone (unbound: access-control; BIND: allow-query)'].join('\n'),
};

const badAnswer: Alone = {
  code: 'dns/bad-answer',
  kind: 'alone',
  severity: 'blocker',
  title: 'What came back about a name is no valid answer',
  why: 'Applications drop such answers or, worse, believe them. Something on the way rewrites DNS, or the server is broken.',
  dependsOn: ['dns/resolver-bad-answer'],
  judge: (facts) =>
    facts.names.flatMap((fact) =>
      viasOf(fact, 'bad').map((via) => ({
        subject: `${subjectOf(fact)} @${via.server}`,
        expected: 'a valid answer',
        actual: problemText(via.answer.problem),
        cause: via.server,
        with: digParts(via.server, fact.name, fact.type),
      })),
    ),
  remedy: (draft) => [dig(draft, '+qr'), dig(draft, '+tcp +qr')].join('\n'),
};

const noTcp: Alone = {
  code: 'dns/tcp-fails',
  kind: 'alone',
  severity: 'blocker',
  title: 'A long answer is cut and the server cannot be asked over TCP',
  why: 'Security lists often allow port 53 for UDP only. The day an answer grows past a datagram, the name is gone.',
  judge: (facts) =>
    facts.names.flatMap((fact) =>
      viasOf(fact, 'no-tcp').map((via) => ({
        subject: `${subjectOf(fact)} @${via.server}`,
        expected: 'the whole answer over TCP',
        actual: silence(via.answer.how),
        with: digParts(via.server, fact.name, fact.type),
      })),
    ),
  remedy: (draft) =>
    [dig(draft, '+tcp'), '# allow TCP port 53 beside UDP in security lists, NSGs and host firewalls on the way'].join('\n'),
};

const forgedAnswers: Alone = {
  code: 'dns/forged-answers',
  kind: 'alone',
  severity: 'warning',
  title: 'Answers with a foreign id came before the true one',
  why: 'Each query goes out from a port of its own, so that a late answer cannot cause this: somebody guesses at ids, or a middlebox answers too.',
  judge: (_facts, context) =>
    context.readings
      .filter((reading) => reading.name === 'strayAnswers' && reading.value > 0)
      .map(({ subject }) => ({
        subject,
        expected: 'one answer, with the id of the question',
        actual: 'others with another id came first',
        with: digParts(subject.slice(subject.lastIndexOf('@') + 1), subject.split(' ')[0] ?? '', subject.split(' ')[1] ?? ''),
      })),
  remedy: (draft) => ['# what arrives, while the same is asked by hand:', '$ sudo tcpdump -nn -vv port 53', dig(draft)].join('\n'),
};

export const answerRules: readonly Alone[] = [noAnswer, noSuchName, serverFailure, refused, badAnswer, noTcp, forgedAnswers];
