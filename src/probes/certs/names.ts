// Decides whether a certificate is valid for a name, as clients do.
import type { Certificate } from './facts.ts';

/**
 * RFC 9525: the wildcard stands for exactly one whole label, the leftmost; addresses match addresses only; the common name
 * counts for nothing, as Go, Java, curl and browsers have it.
 */
export function covers({ names }: Pick<Certificate, 'names'>, wanted: string): boolean {
  const name = wanted.toLowerCase().replace(/\.$/, '');
  const address = canonicalAddress(name);
  if (address !== null) return names.some((each) => each.startsWith('IP:') && canonicalAddress(each.slice(3)) === address);
  return names.some((each) => each.startsWith('DNS:') && matches(each.slice(4).toLowerCase().replace(/\.$/, ''), name));
}

function matches(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  if (!pattern.startsWith('*.') || pattern.indexOf('*', 1) !== -1) return false;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot + 1) === pattern.slice(2);
}

/** One text for each IP address (RFC 5952), or null for what is none. */
export function canonicalAddress(text: string): string | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return text;
  if (!text.includes(':') || !URL.canParse(`http://[${text}]/`)) return null;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
