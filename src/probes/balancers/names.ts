// Names in certificates, and which of them a client takes for which host.

/**
 * RFC 9525: a wildcard stands for one whole label, the leftmost. A name that is itself a wildcard is covered by the same wildcard only.
 * Names are `DNS:…` or `IP:…` in small letters.
 */
export function isCovered(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name === wanted || isWildcardFor(name, wanted));
}

function isWildcardFor(name: string, wanted: string): boolean {
  if (!name.startsWith('DNS:*.') || !wanted.startsWith('DNS:') || wanted.startsWith('DNS:*')) return false;
  const dot = wanted.indexOf('.');
  return dot > 'DNS:'.length && wanted.slice(dot + 1) === name.slice('DNS:*.'.length);
}

/** Node writes `DNS:a, IP Address:10.0.0.1`, in JSON quotes what could pretend to be two names. */
export function alternativeNames(text: string | undefined): readonly string[] {
  const found = [...(text ?? '').matchAll(/(DNS|IP Address):((?:"(?:[^"\\]|\\.)*")|[^,]*)/g)].map(([, kind, value = '']) =>
    nameText(kind === 'DNS' ? 'DNS' : 'IP', value),
  );
  return [...new Set(found)].sort();
}

export const nameText = (type: string, value: string): string => `${type}:${value.trim().toLowerCase().replace(/\.$/, '')}`;

/** Without the kind, as people say it. */
export const plainName = (name: string): string => name.replace(/^(DNS|IP):/, '');
