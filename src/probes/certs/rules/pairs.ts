// Finds for each certificate of the primary the one that takes its part on the standby.
import { BlockList, isIP } from 'node:net';
import type { NodeIdentity } from '../../../contract/node.ts';
import type { PairedContext } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import type { Facts } from '../facts.ts';
import { type JudgedChain, judgedChains } from './judged.ts';

export interface Pair {
  readonly standby: JudgedChain;
  readonly primary: JudgedChain;
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** Of the primary, with nothing on the standby that takes its part. */
  readonly missing: readonly JudgedChain[];
  /** The text of one side with its own words replaced. */
  readonly standbyText: (text: string) => string;
  readonly primaryText: (text: string) => string;
}

/** By place (path, alias or listener) first; then by the names that they are valid for, wherever they lie. */
export function pairUp(standby: Facts, primary: Facts, context: PairedContext<unknown>): Pairs {
  const before = made.get(context);
  if (before?.standby === standby && before.primary === primary) return before.pairs;
  const pairs = paired(standby, primary, context);
  made.set(context, { standby, primary, pairs });
  return pairs;
}

/** Each rule of a judgement asks for the same. */
const made = new WeakMap<PairedContext<unknown>, { readonly standby: Facts; readonly primary: Facts; readonly pairs: Pairs }>();

function paired(standby: Facts, primary: Facts, context: PairedContext<unknown>): Pairs {
  const standbyText = siteless(context.standby.node);
  const primaryText = siteless(context.primary.node);
  const free = new Set(judgedChains(standby));
  const pairs: Pair[] = [];
  const unpaired = (primaries: readonly JudgedChain[], key: Key): readonly JudgedChain[] => {
    const waiting = indexed([...free], key, standbyText);
    return primaries.filter((theirs) => {
      const ours = waiting.get(key(theirs, primaryText))?.shift();
      if (ours === undefined) return true;
      free.delete(ours);
      pairs.push({ standby: ours, primary: theirs });
      return false;
    });
  };
  const missing = unpaired(unpaired(judgedChains(primary), placeKey), namesKey);
  return { pairs, missing, standbyText, primaryText };
}

type Key = (chain: JudgedChain, text: (own: string) => string) => string;

/** What has no key takes nobody's part. */
function indexed(chains: readonly JudgedChain[], key: Key, text: (own: string) => string): Map<string, JudgedChain[]> {
  const byKey = new Map<string, JudgedChain[]>();
  for (const chain of chains) {
    const own = key(chain, text);
    const known = byKey.get(own);
    if (known !== undefined) known.push(chain);
    else if (own !== '') byKey.set(own, [chain]);
  }
  return byKey;
}

/** A file with several leaves (RSA beside ECDSA) is told apart by key type, a keystore by alias. */
function placeKey({ source, content, certificate }: JudgedChain, text: (own: string) => string): string {
  const part = content.chains.length < 2 ? '' : (certificate.alias ?? certificate.key.type);
  return [text(source.where), text(part)].join('\n');
}

function namesKey({ source, certificate }: JudgedChain, text: (own: string) => string): string {
  if (certificate.names.length === 0) return '';
  return [source.kind === 'listener' ? 'listener' : 'kept', certificate.key.type, ...certificate.names.map(text).sort()].join('\n');
}

/** Names, domains and tokens of the site, the machine’s own name, and addresses within the site’s networks. */
function siteless({ site, name }: NodeIdentity): (text: string) => string {
  const own = { ...site, tokens: { ...site.tokens, node: name } };
  let networks: BlockList | null = null;
  return (text) => {
    const address = text.startsWith('IP:') ? text.slice(3) : '';
    const family = isIP(address);
    if (family !== 0) {
      networks ??= listOf(site.networks ?? []);
      if (networks.check(address, family === 4 ? 'ipv4' : 'ipv6')) return 'IP:{network}';
    }
    return withoutSite(text, own);
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address);
    if (family !== 0 && prefix !== undefined && Number(prefix) <= (family === 4 ? 32 : 128))
      list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
