// The commands that mend a balancer. What they need and nobody can know here (keys, files) stands in angle brackets.
import type { Draft } from '../../contract/rule.ts';

const fillOf = (draft: Draft): Readonly<Record<string, string>> => draft.with ?? {};

/** A bundle cannot be changed: a new one comes under a new name, and the listener is pointed at it. */
export function renewal(draft: Draft): string {
  const { region, id, certificate, kind, nameOption, name, required = '' } = fillOf(draft);
  if (certificate !== undefined && certificate !== '')
    return [
      `# Have the Certificates service of ${region} renew it; what hinders it stands in lifecycleDetails:`,
      `$ oci certs-mgmt certificate get --region ${region} --certificate-id ${certificate}`,
      `$ oci certs-mgmt certificate-version list --region ${region} --certificate-id ${certificate}`,
    ].join('\n');
  return [
    '# The primary’s certificate, its key and its whole chain as a bundle of a new name:',
    `$ oci lb certificate create --region ${region} --load-balancer-id ${id} --certificate-name <new name> --public-certificate-file <certificate.pem> --private-key-file <key.pem> --ca-certificate-file <chain.pem>`,
    wholeAgain(fillOf(draft)),
    `$ oci lb ${kind} update --region ${region} --load-balancer-id ${id} ${nameOption} ${name} ${required} --ssl-certificate-name <new name> …`,
  ].join('\n');
}

/** An update replaces the whole: what is not given is gone. */
const wholeAgain = ({ kind }: Readonly<Record<string, string>>): string =>
  kind === 'listener'
    ? '# An update replaces the whole listener: give host names, rule sets, routing policy and TLS settings again, as they are now:'
    : '# An update replaces the whole backend set: give policy, health checker and backends again, as they are now:';

export function tlsSettings(draft: Draft): string {
  const { region, id, kind, nameOption, name, protocols, cipherSuite, required = '' } = fillOf(draft);
  if (!/TLSv1\.[23]/.test(protocols ?? ''))
    return [
      `# The primary speaks old versions only (${protocols}). Let it speak TLSv1.2 too, rather than lower the standby:`,
      `$ oci lb load-balancer get --region ${region} --load-balancer-id ${id}`,
    ].join('\n');
  return [
    wholeAgain(fillOf(draft)),
    `$ oci lb load-balancer get --region ${region} --load-balancer-id ${id}`,
    `$ oci lb ${kind} update --region ${region} --load-balancer-id ${id} ${nameOption} ${name} ${required} --protocols '${protocols}' --cipher-suite-name ${cipherSuite} …`,
  ].join('\n');
}

export function verification(draft: Draft): string {
  const { region, id, kind, nameOption, name, required = '', isVerifying } = fillOf(draft);
  return [
    wholeAgain(fillOf(draft)),
    `$ oci lb load-balancer get --region ${region} --load-balancer-id ${id}`,
    `$ oci lb ${kind} update --region ${region} --load-balancer-id ${id} ${nameOption} ${name} ${required} --ssl-verify-peer-certificate ${isVerifying} …`,
  ].join('\n');
}

/** Verification stays on: it is the authority that is lacking. */
export function authority(draft: Draft): string {
  const { region, id, kind, nameOption, name, required = '' } = fillOf(draft);
  return [
    '# A bundle of a new name, with every authority of the primary’s in one file:',
    `$ oci lb certificate create --region ${region} --load-balancer-id ${id} --certificate-name <new name> --public-certificate-file <certificate.pem> --private-key-file <key.pem> --ca-certificate-file <authorities.pem>`,
    '# For authorities of the Certificates service: --trusted-certificate-authority-ids in place of a bundle.',
    wholeAgain(fillOf(draft)),
    `$ oci lb ${kind} update --region ${region} --load-balancer-id ${id} ${nameOption} ${name} ${required} --ssl-certificate-name <new name> --ssl-verify-peer-certificate true …`,
  ].join('\n');
}

export function listener(draft: Draft): string {
  const { region, id, group, option, name, port, protocol, backendSet, taken = '', rules = '' } = fillOf(draft);
  if (taken !== '')
    return [
      '# The port is taken. An update replaces the whole listener: give host names, rule sets, routing policy and TLS settings too:',
      `$ oci ${group} listener update --region ${region} ${option} ${id} --listener-name ${taken} --port ${port} --protocol ${protocol} --default-backend-set-name ${backendSet}${rules} …`,
    ].join('\n');
  return [
    '# As on the primary; one with TLS also needs its certificate, protocols and cipher suite:',
    `$ oci ${group} listener create --region ${region} ${option} ${id} --name ${name} --port ${port} --protocol ${protocol} --default-backend-set-name ${backendSet}${rules}`,
  ].join('\n');
}

export function balancer(draft: Draft): string {
  const { region, service, name } = fillOf(draft);
  return [
    `# Make ${name} in ${region} as it is on the primary: listeners, certificates, backend sets. What there is:`,
    `$ oci ${service} list --region ${region} --all --compartment-id <compartment>`,
  ].join('\n');
}

export function look(draft: Draft): string {
  const { region, id, service, option } = fillOf(draft);
  return `$ oci ${service} get --region ${region} ${option} ${id}`;
}

export function backend(draft: Draft): string {
  const { region, id, group, option, set, address, port } = fillOf(draft);
  return [
    '# Where a recovery plan fills this set, name it under filledByPlan. Else:',
    `$ oci ${group} backend create --region ${region} ${option} ${id} --backend-set-name ${set} --ip-address ${address} --port ${port}`,
  ].join('\n');
}

export function online(draft: Draft): string {
  const { region, id, group, option, set, backendName } = fillOf(draft);
  const flags = group === 'nlb' ? '--is-offline false --is-drain false' : '--offline false --drain false';
  return [
    '# As on the primary (weight and backup have to be given again for a load balancer):',
    `$ oci ${group} backend update --region ${region} ${option} ${id} --backend-set-name ${set} --backend-name ${backendName} ${flags}`,
  ].join('\n');
}

export function backendSet(draft: Draft): string {
  const { region, id, group, option, set } = fillOf(draft);
  return [
    '# What there is, and what is wrong with it:',
    `$ oci ${group} backend-set get --region ${region} ${option} ${id} --backend-set-name ${set}`,
    `$ oci ${group} backend-set-health get --region ${region} ${option} ${id} --backend-set-name ${set}`,
  ].join('\n');
}

export function managed(draft: Draft): string {
  const { region, certificate } = fillOf(draft);
  return [
    `# In ${region}: what became of its last renewal`,
    `$ oci certs-mgmt certificate-version list --region ${region} --certificate-id ${certificate}`,
  ].join('\n');
}
