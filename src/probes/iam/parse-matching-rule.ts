// Matching rules of dynamic groups: which resources are members.
// https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/Writing_Matching_Rules_to_Define_Dynamic_Groups.htm
import { braced, depthMax, inQuotes, type Parsed, parseWhole, type Scanner, SyntaxFault } from './scanner.ts';

export type MatchingRule =
  | { readonly kind: 'any' | 'all'; readonly of: readonly MatchingRule[] }
  | { readonly kind: 'compare'; readonly variable: string; readonly isEqual: boolean; readonly value: string }
  /** A tag variable by itself: the tag is there, whatever its value. */
  | { readonly kind: 'exists'; readonly variable: string };

export const parseMatchingRule = (text: string): Parsed<MatchingRule> => parseWhole(text, (scanner) => rule(scanner, 0));

function rule(scanner: Scanner, depth: number): MatchingRule {
  if (depth > depthMax) throw new SyntaxFault(scanner.at, `a rule nested at most ${depthMax} times`);
  const variable = scanner.word('any, all or a variable');
  const keyword = variable.toLowerCase();
  if (keyword === 'any' || keyword === 'all') return { kind: keyword, of: braced(scanner, () => rule(scanner, depth + 1)) };
  if (!/^(?:instance|resource|tag)\./i.test(variable))
    throw new SyntaxFault(scanner.at - variable.length, 'a variable of an instance, a resource or a tag');
  if (scanner.takes('!=')) return { kind: 'compare', variable, isEqual: false, value: value(scanner) };
  if (scanner.takes('=')) return { kind: 'compare', variable, isEqual: true, value: value(scanner) };
  if (!keyword.startsWith('tag.')) throw new SyntaxFault(scanner.at, '"=" or "!="');
  return { kind: 'exists', variable };
}

const value = (scanner: Scanner): string => scanner.quoted() ?? scanner.word('a value');

export function printMatchingRule(rule: MatchingRule): string {
  switch (rule.kind) {
    case 'any':
    case 'all':
      return `${rule.kind === 'any' ? 'Any' : 'All'} {${rule.of.map(printMatchingRule).join(', ')}}`;
    case 'compare':
      return `${rule.variable} ${rule.isEqual ? '=' : '!='} ${inQuotes(rule.value)}`;
    case 'exists':
      return rule.variable;
  }
}
