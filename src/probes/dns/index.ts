// DNS: what names lead to from this machine, by whose word, and for how long they go on doing so after a change.
import { defineProbe } from '../../contract/probe.ts';
import { type DnsFacts, DnsFactsSchema } from './facts.ts';
import { observe } from './observe.ts';
import { answerRules } from './rules-answers.ts';
import { applicationRules } from './rules-application.ts';
import { pairedRules } from './rules-paired.ts';
import { answersNames, resolverRules } from './rules-resolvers.ts';
import { targetRules } from './rules-targets.ts';
import { zoneRules } from './rules-zones.ts';
import { DnsSettingsSchema, defaultSettings } from './settings.ts';

export const probe = defineProbe({
  id: 'dns',
  title: 'DNS',
  gap: 'dns',
  factsVersion: 1,
  settings: DnsSettingsSchema,
  facts: DnsFactsSchema,
  example: {
    names: [
      {
        name: 'db.app.example.com',
        type: 'A',
        resolvers: ['system', '10.2.0.2'],
        expect: { within: ['10.2.0.0/16'], notWithin: ['10.1.0.0/16'], maximumTtl: '60s', accepts: { port: 1521 } },
        authoritative: false,
        sameAsPrimary: false,
        movesAtSwitchover: false,
        rotates: false,
      },
    ],
    switchoverBudget: '5m',
    timeout: '2s',
    attempts: 2,
  },
  readings: {
    queryMs: 'Time from question to answer, of a resolver (the name servers of the root) or of a name through a resolver',
    ttlSeconds: 'Time for which the answer through a resolver may still be cached: of the record on the way that lives longest',
    connectMs: 'Time to connect to an address that a name leads to',
    strayAnswers: 'Answers with another id that came before the true one',
  },
  // A minute holds 200 names through three dead resolvers: 32 questions at a time, two seconds each. A look that ended before
  // would call them unseen in place of dead.
  defaults: { everyMs: 60_000, timeoutMs: 60_000, staleAfterMs: 300_000, confirm: { bad: 2, good: 2 } },
  withoutConfig: { settings: defaultSettings },
  absentOnStandby: 'blocker',
  rules: [...resolverRules, ...answerRules, ...targetRules, ...applicationRules, ...zoneRules, ...pairedRules],
  summary,
  observe,
});

function summary(facts: DnsFacts): string {
  const alive = facts.resolvers.filter(({ server, answer }) => answer.kind === 'answers' || answersNames(facts, server)).length;
  const resolvers = `${alive} of ${facts.resolvers.length} resolver${facts.resolvers.length === 1 ? '' : 's'} answer${alive === 1 ? 's' : ''}`;
  if (facts.names.length === 0) return resolvers;
  const resolved = facts.names.filter(({ vias }) => vias.length > 0 && vias.every(({ answer }) => answer.kind === 'answered')).length;
  return `${resolvers}, ${resolved} of ${facts.names.length} name${facts.names.length === 1 ? '' : 's'} resolved`;
}
