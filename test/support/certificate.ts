// Certificates as a test needs them, made by openssl.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Self-signed, for one name, valid between two moments (`20260101000000Z`). */
export function selfSigned(name: string, notBefore: string, notAfter: string): MadeCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-certificate-'));
  const at = (file: string): string => join(folder, file);
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        at('key'),
        '-out',
        at('csr'),
        '-subj',
        `/CN=${name}`,
      ],
      { stdio: 'pipe' },
    );
    // `openssl ca` is the one that takes exact moments in OpenSSL 3.0.
    execFileSync(
      'sh',
      [
        '-c',
        `cd "$0" && touch index && echo 01 > serial && mkdir new && printf '%s' "$1" > ca.cnf && openssl ca -batch -selfsign -config ca.cnf -in csr -keyfile key -out crt -startdate "$2" -enddate "$3" -notext`,
        folder,
        caConfiguration(name),
        notBefore,
        notAfter,
      ],
      { stdio: 'pipe' },
    );
    return { certificate: readFileSync(at('crt'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const caConfiguration = (name: string): string => `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = new
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = DNS:${name}
basicConstraints = CA:FALSE
`;
