// Whether this node could take over, judged now by what it knows alone and beside the snapshot that its primary left, as a signed receipt.
import { randomUUID } from 'node:crypto';
import type { BlindSpot, Finding } from '../contract/finding.ts';
import type { FailOn, Receipt } from '../contract/receipt.ts';
import type { StandingFinding } from '../contract/standing.ts';
import { signReceipt } from '../formats/receipt.ts';
import { atGate } from '../judge/gate.ts';
import { type JudgedPair, oldestLook, receiptBody } from '../judge/receipt-body.ts';
import type { Agent } from './agent.ts';
import type { Reviewed } from './judge-by-terms.ts';

export interface GateAsked {
  /** By which credential. */
  readonly by: string;
  readonly maxAgeMs: number | null;
  readonly failOn: FailOn | null;
  readonly override: Receipt['override'];
}

export function gateReceipt(agent: Agent, { override, ...asked }: GateAsked): Receipt {
  const node = agent.node();
  const reviewed = agent.review.judgeNow();
  const issuedAt = agent.clock.now();
  const body = receiptBody({
    id: randomUUID(),
    issuedAt,
    issuer: { kind: 'agent', name: node.name, version: node.version },
    asked: { group: node.group, ...asked },
    override,
    pairs: [node.role === 'primary' ? ofPrimary(agent, reviewed, issuedAt) : ofStandby(agent, reviewed, asked.maxAgeMs, issuedAt)],
    waivers: reviewed.waivers,
  });
  return signReceipt(body, agent.receiptKey.signingKey());
}

function ofStandby(agent: Agent, reviewed: Reviewed, maxAgeMs: number | null, now: number): JudgedPair {
  const findings = [...reviewed.findings.map((one) => standing(one, null)), ...reviewed.waived.map((one) => standing(one, one.waiver))];
  const { verdict, blindSpots } = atGate({ findings, blindSpots: reviewed.blindSpots, checks: reviewed.checks, maxAgeMs, now });
  const { primary } = reviewed;
  return {
    pair: agent.node().twin,
    verdict,
    standby: self(agent, reviewed, now),
    primary:
      primary === null
        ? null
        : {
            name: primary.node.name,
            nodeId: primary.node.id,
            site: primary.node.site.name ?? null,
            version: primary.node.version,
            asOf: primary.asOf,
            heardAt: primary.receivedAt,
          },
    findings,
    blindSpots: [...blindSpots],
    lawful: [...reviewed.lawful],
  };
}

/** What is wrong with a primary says nothing of who is to take over from it. */
function ofPrimary(agent: Agent, reviewed: Reviewed, now: number): JudgedPair {
  const blindSpot: BlindSpot = {
    check: null,
    kind: 'no-standby',
    detail: 'this node is the primary and does not know its standby: ask the standby’s agent, or the collector',
    seenAt: null,
  };
  return {
    pair: agent.node().twin,
    verdict: 'unknown',
    standby: null,
    primary: self(agent, reviewed, now),
    findings: [],
    blindSpots: [blindSpot],
    lawful: [],
  };
}

function self(agent: Agent, { checks }: Reviewed, now: number): NonNullable<JudgedPair['standby']> {
  const { name, id, site, version } = agent.node();
  return { name, nodeId: id, site: site.name ?? null, version, asOf: oldestLook(checks), heardAt: now };
}

/** Here a finding has no life: it is there as long as it is found. */
function standing(finding: Finding, waiver: StandingFinding['waiver']): StandingFinding {
  return {
    ...finding,
    state: 'open',
    openedAt: finding.since,
    changedAt: finding.since,
    resolvedAt: null,
    reopenedCount: 0,
    confirmation: { bad: 1, good: 0, needs: { bad: 1, good: 1 } },
    mark: `${finding.evidence.seq}|${finding.evidence.primary?.seq ?? '-'}`,
    waiver,
  };
}
