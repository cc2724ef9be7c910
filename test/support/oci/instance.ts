// The identity that a compute instance is given: a certificate whose subject says who it is, made anew for each run.
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface InstanceNames {
  readonly instanceId: string;
  readonly compartmentId: string;
  readonly tenancyId: string;
}

export interface InstanceIdentity extends InstanceNames {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly intermediatePem: string;
}

export const exampleNames: InstanceNames = {
  instanceId: 'ocid1.instance.oc1.eu-frankfurt-1.antheljtexamplestandby',
  compartmentId: 'ocid1.compartment.oc1..aaaaaaaaexampledr',
  tenancyId: 'ocid1.tenancy.oc1..aaaaaaaaexampletenancy',
};

const day = 86_400_000;

export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** RSA-2048, as OCI's are. Valid from an hour ago for a day unless said otherwise. */
export function makeIdentity(names: InstanceNames = exampleNames, { notBefore, notAfter }: Validity = {}): InstanceIdentity {
  const validity = { notBefore: notBefore ?? new Date(Date.now() - day / 24), notAfter: notAfter ?? new Date(Date.now() + day) };
  const authority = makeKey();
  const own = makeKey();
  const authorityName = [{ name: 'commonName', value: 'PKISVC Identity Intermediate eu-frankfurt-1' }];
  const intermediatePem = certify(authorityName, authorityName, authority, authority, validity, true);
  const certificatePem = certify(subjectOf(names), authorityName, own, authority, validity, false);
  return { ...names, certificatePem, keyPem: own, intermediatePem };
}

const makeKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

const subjectOf = ({ instanceId, compartmentId, tenancyId }: InstanceNames): forge.pki.CertificateField[] => [
  { name: 'commonName', value: instanceId },
  ...['opc-certtype:instance', `opc-compartment:${compartmentId}`, `opc-instance:${instanceId}`, `opc-tenant:${tenancyId}`].map(
    (value) => ({ name: 'organizationalUnitName', value }),
  ),
];

let serial = 1;

function certify(
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  keyPem: string,
  signerPem: string,
  validity: Required<Validity>,
  cA: boolean,
): string {
  const key = forge.pki.privateKeyFromPem(keyPem);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  certificate.serialNumber = `01${(serial++).toString(16).padStart(8, '0')}`;
  certificate.validity = validity;
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions([{ name: 'basicConstraints', cA, critical: true }]);
  certificate.sign(forge.pki.privateKeyFromPem(signerPem), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
