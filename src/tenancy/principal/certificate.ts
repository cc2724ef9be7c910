// What an instance's certificate says of the instance.
import { X509Certificate } from 'node:crypto';
import type { PrincipalSeen } from '../../contract/cloud.ts';

export type CertificateSeen = Pick<PrincipalSeen, 'instanceId' | 'compartmentId' | 'tenancyId' | 'certificate'>;

export interface Certificate {
  readonly seen: CertificateSeen;
  /** SHA-1 of the whole, as `c0:ff:ee`. */
  readonly fingerprint: string;
  /** Base64 of the whole, on one line. */
  readonly base64: string;
}

/** Null for what is no certificate. */
export function readCertificate(pem: string): Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return {
      seen: {
        instanceId: unit(certificate, 'instance'),
        compartmentId: unit(certificate, 'compartment'),
        tenancyId: unit(certificate, 'tenant') ?? unit(certificate, 'identity'),
        certificate: { notBeforeMs: certificate.validFromDate.getTime(), notAfterMs: certificate.validToDate.getTime() },
      },
      fingerprint: certificate.fingerprint.toLowerCase(),
      base64: certificate.raw.toString('base64'),
    };
  } catch {
    return null;
  }
}

/** From an organizational unit of the subject, `opc-tenant:ocid1.tenancy.oc1..aaaa`. */
const unit = ({ subject }: X509Certificate, name: string): string | null =>
  new RegExp(`OU ?= ?opc-${name}:(ocid1\\.[\\w.-]{1,250})`).exec(subject)?.[1] ?? null;
