// Reads the files that say where Oracle software is: oraInst.loc, the central inventory, oratab.

/** The folder of the central inventory; null where the file names none. */
export function parseOraInst(text: string): string | null {
  const line = text.split(/\r?\n/).find((one) => /^\s*inventory_loc\s*=/.test(one));
  const folder = line?.slice(line.indexOf('=') + 1).trim();
  return folder !== undefined && isPath(folder) ? folder.replace(/(?<=.)\/+$/, '') : null;
}

export interface ListedHome {
  readonly name: string;
  readonly path: string;
  readonly isGrid: boolean;
}

/** Homes of inventory.xml without the removed ones; null where the text is no inventory. */
export function parseInventory(text: string): readonly ListedHome[] | null {
  const plain = withoutComments(text);
  if (!/<INVENTORY\b/.test(plain) || !/<\/INVENTORY\s*>/.test(plain)) return null;
  const homes = [...plain.matchAll(/<HOME\s([^>]{0,4000})>/g)].map(([, attributes]) => attributesOf(attributes!));
  return homes.flatMap((home) => {
    const path = home.get('LOC') ?? '';
    if (home.get('REMOVED') === 'T' || !isPath(path)) return [];
    return [{ name: (home.get('NAME') ?? '').slice(0, 128), path: withoutSlash(path), isGrid: home.get('CRS') === 'true' }];
  });
}

/** Walks once: an expression over unclosed comments would start anew at each. */
function withoutComments(text: string): string {
  const [first, ...rest] = text.split('<!--') as [string, ...string[]];
  return first + rest.map((part) => (part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : '')).join('');
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key, double, single]) => [
      key!,
      unescaped(double ?? single ?? ''),
    ]),
  );
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export interface OratabEntry {
  /** What the first field says: an instance's SID or, with clusters and Data Guard brokers, the database's unique name. */
  readonly name: string;
  readonly path: string;
  readonly kind: 'database' | 'asm' | 'management';
}

/** Entries of /etc/oratab: `SID:HOME:N|Y|W[:…]`, comments behind a `#`, `*` as a placeholder for no database. */
export function parseOratab(text: string): readonly OratabEntry[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [name = '', path = ''] = line.replace(/#.*$/, '').trim().split(':');
    if (name === '' || name === '*' || !/^[-+A-Za-z0-9_$.]{1,64}$/.test(name) || !isPath(path)) return [];
    return [{ name, path: withoutSlash(path), kind: kindOf(name) }];
  });
}

const kindOf = (name: string): OratabEntry['kind'] => (/^\+/.test(name) ? 'asm' : /^-/.test(name) ? 'management' : 'database');

/** An absolute path of one line that a person could have meant. */
export const isPath = (text: string): boolean => /^\/[^\p{Cc}"'`$;|&<>\\]{1,500}$/u.test(text);

export const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');
