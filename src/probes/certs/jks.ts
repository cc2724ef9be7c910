// Reads the certificates of Java's own keystores, which lie in them unencrypted: no password is needed or asked for.

export interface JksEntry {
  readonly alias: string;
  readonly kind: 'key' | 'trusted';
  /** DER, the key's own certificate first. */
  readonly chain: readonly Uint8Array[];
}

export type JksRead =
  | { readonly kind: 'jks'; readonly entries: readonly JksEntry[] }
  | { readonly kind: 'unparsable'; readonly detail: string };

const magicJks = 0xfeedfeed;
const magicJceks = 0xcececece;

/** cacerts of a JDK holds some 150 entries. */
const entriesMax = 2_000;
const chainMax = 32;

/** JKS and JCEKS, versions 1 and 2 (sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore). */
export function readJks(bytes: Uint8Array): JksRead {
  const cursor = new Cursor(bytes);
  try {
    const magic = cursor.u32();
    if (magic !== magicJks && magic !== magicJceks) return unparsable('not a Java keystore');
    const version = cursor.u32();
    if (version !== 1 && version !== 2) return unparsable(`a Java keystore of version ${version}`);
    const count = cursor.u32();
    if (count > entriesMax) return unparsable(`a Java keystore that claims ${count} entries`);
    return { kind: 'jks', entries: readEntries(cursor, count, version) };
  } catch (error) {
    if (error instanceof DamagedKeystore) return unparsable(error.message);
    throw error;
  }
}

function readEntries(cursor: Cursor, count: number, version: number): readonly JksEntry[] {
  const entries: JksEntry[] = [];
  for (let at = 0; at < count; at++) {
    const tag = cursor.u32();
    const alias = cursor.text();
    cursor.skip(8); // creation time
    if (tag === 1) {
      cursor.skip(cursor.u32()); // the encrypted key
      const length = cursor.u32();
      if (length > chainMax) throw new DamagedKeystore(`a chain of ${length} certificates`);
      entries.push({ alias, kind: 'key', chain: Array.from({ length }, () => readCertificate(cursor, version)) });
    } else if (tag === 2) entries.push({ alias, kind: 'trusted', chain: [readCertificate(cursor, version)] });
    // A secret key is a serialized Java object without a length: what follows it cannot be found.
    else throw new DamagedKeystore(tag === 3 ? 'a secret key entry, behind which nothing can be read' : `an entry of kind ${tag}`);
  }
  return entries;
}

function readCertificate(cursor: Cursor, version: number): Uint8Array {
  if (version === 2) cursor.text(); // the certificate's type, X.509
  return cursor.take(cursor.u32());
}

const unparsable = (detail: string): JksRead => ({ kind: 'unparsable', detail });

class DamagedKeystore extends Error {}

class Cursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  text(): string {
    this.#need(2);
    this.#at += 2;
    return Buffer.from(this.take(this.#view.getUint16(this.#at - 2))).toString('utf8');
  }

  take(size: number): Uint8Array {
    this.skip(size);
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  skip(size: number): void {
    this.#need(size);
    this.#at += size;
  }

  #need(size: number): void {
    if (this.#at + size > this.#bytes.length) throw new DamagedKeystore('a Java keystore that ends too early');
  }
}
