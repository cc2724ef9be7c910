// Takes a PEM file apart without ever holding what is inside a private key block.

export interface PemRead {
  /** DER of each certificate, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  /** Labels of private key blocks (`RSA PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`), in the order of the file. */
  readonly keys: readonly { readonly label: string; readonly isEncrypted: boolean }[];
  /** Certificate blocks that did not end or were not base64. */
  readonly damaged: number;
  /** More certificates than are read. */
  readonly isCut: boolean;
}

/** A trust bundle holds some 150; nobody reviews more in one file. */
export const certificatesMax = 400;

const begin = /^-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*$/;

/**
 * Reads RFC 7468 as tools really write it: comments between blocks, CRLF, OpenSSL's `TRUSTED CERTIFICATE` (the
 * certificate followed by trust settings) and junk after the last block are all allowed.
 */
export function readPem(text: string): PemRead {
  const certificates: Uint8Array[] = [];
  const keys: { label: string; isEncrypted: boolean }[] = [];
  let damaged = 0;
  let isCut = false;
  for (const block of blocks(text)) {
    if (block.label.endsWith('PRIVATE KEY')) keys.push({ label: block.label, isEncrypted: isEncrypted(block) });
    else if (!certificateLabels.has(block.label)) continue;
    else if (certificates.length === certificatesMax) isCut = true;
    else {
      const der = decode(block);
      if (der === null) damaged++;
      else certificates.push(der);
    }
  }
  return { certificates, keys, damaged, isCut };
}

const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);

interface Block {
  readonly label: string;
  readonly lines: readonly string[];
  readonly isClosed: boolean;
}

function* blocks(text: string): Generator<Block> {
  let open: { label: string; lines: string[] } | null = null;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const label = begin.exec(line)?.[1];
    if (label !== undefined) {
      if (open !== null) yield { ...open, isClosed: false };
      open = { label, lines: [] };
    } else if (open !== null && line.startsWith('-----END ')) {
      yield { ...open, isClosed: true };
      open = null;
    } else if (open !== null && (!open.label.endsWith('PRIVATE KEY') || line.includes(':'))) open.lines.push(line);
  }
  if (open !== null) yield { ...open, isClosed: false };
}

const isEncrypted = ({ label, lines }: Block): boolean =>
  label === 'ENCRYPTED PRIVATE KEY' || lines.slice(0, 4).some((line) => /^Proc-Type:.*ENCRYPTED/.test(line));

function decode({ lines, isClosed }: Block): Uint8Array | null {
  const base64 = lines.map((line) => line.trim()).join('');
  if (!isClosed || base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
