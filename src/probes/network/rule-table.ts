// Keeps each rule once, however many groups and lists have it, and in an order that does not depend on who was read first.
import { listIn } from '../../formats/oci.ts';
import type { RuleFact, RulesFact } from './facts.ts';
import { type RuleRead, readRule } from './parse-rules.ts';

/** Rules of one group or list until all are read: by their text. */
export interface TakenRules {
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
  readonly unread: readonly string[];
}

export class RuleTable {
  private readonly byText = new Map<string, RuleFact>();

  take(reads: readonly RuleRead[]): TakenRules {
    const valid = new Set<string>();
    const invalid = new Set<string>();
    const unread = new Set<string>();
    for (const read of reads) {
      if (read.kind === 'unread') unread.add(read.text);
      else (read.isValid ? valid : invalid).add(this.textOf(read.rule));
    }
    return { valid: [...valid], invalid: [...invalid], unread: [...unread].sort() };
  }

  ofList(body: unknown): TakenRules {
    const ingress = listIn(body, 'ingressSecurityRules') ?? [];
    const egress = listIn(body, 'egressSecurityRules') ?? [];
    return this.take([...ingress.map((rule) => readRule(rule, 'ingress')), ...egress.map((rule) => readRule(rule, 'egress'))]);
  }

  settled(): { readonly rules: RuleFact[]; readonly places: (taken: TakenRules) => RulesFact } {
    const texts = [...this.byText.keys()].sort();
    const placeOf = new Map(texts.map((text, place) => [text, place]));
    const placesOf = (some: readonly string[]): number[] => some.map((text) => placeOf.get(text)!).sort((a, b) => a - b);
    return {
      rules: texts.map((text) => this.byText.get(text)!),
      places: ({ valid, invalid, unread }) => ({ rules: placesOf(valid), invalid: placesOf(invalid), unread: [...unread] }),
    };
  }

  private textOf(rule: RuleFact): string {
    const { direction, protocol, peerKind, peer, source, destination, icmp, isStateless } = rule;
    const text = JSON.stringify([direction, protocol, peerKind, peer, source, destination, icmp, isStateless]);
    if (!this.byText.has(text)) this.byText.set(text, rule);
    return text;
  }
}
