// Vaults have endpoints of their own, which a list of vaults names: what stands in an answer may not lead a signed request anywhere else.
import { isPrivateWay } from '../wire/private-way.ts';

/** `domain` is the realm's, `oraclecloud.com`. */
export function isOfRealm(endpoint: string, domain: string): boolean {
  const url = URL.parse(endpoint);
  if (url === null || url.protocol !== 'https:' || !isPrivateWay(endpoint)) return false;
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.port === '';
  return isBare && url.hostname.endsWith(`.${domain}`);
}
