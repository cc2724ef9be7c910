// What of a body may be given away: no secret, nobody's name, and nothing that no check reads and people put secrets into.
import { isHeaderName, isSecretName } from '../formats/secret-name.ts';
import { redacted, redactText } from '../redaction/redact.ts';

/** Left out with all that they hold: cloud-init and ssh keys of machines, notes that people attach to things, and who made them. */
const leftOut = new Set([
  'metadata',
  'extendedMetadata',
  'userData',
  'user_data',
  'ssh_authorized_keys',
  'sshPublicKeys',
  'sshAuthorizedKeys',
  'ipxeScript',
  'freeformTags',
  'systemTags',
  'createdBy',
  'modifiedBy',
  'owner',
  'contacts',
  'customerContacts',
  'email',
  'base64EncodedContent',
  'secretBundleContent',
  'secretContent',
]);

/** In the grammar of policies words like `secret.id = '…'` are names, and every letter decides what is granted. */
const grammars = new Set(['statements', 'matchingRule']);

/** `tagsRead` are those that grants go by, as `namespace.key` in small letters; other defined tags are left out. */
export function givenAway(body: unknown, tagsRead: ReadonlySet<string>): unknown {
  return kept('', body, tagsRead);
}

/** The tags that dynamic groups and policies in a body go by. */
export function tagsReadIn(body: unknown): readonly string[] {
  if (typeof body === 'string') return [...body.matchAll(tagName)].map(([, name]) => name!.toLowerCase());
  if (typeof body !== 'object' || body === null) return [];
  if (Array.isArray(body)) return body.flatMap(tagsReadIn);
  return Object.entries(body).flatMap(([key, value]) => (grammars.has(key) || typeof value === 'object' ? tagsReadIn(value) : []));
}

const tagName = /\btag\.([\w-]+\.[\w-]+)/gi;

function kept(name: string, value: unknown, tagsRead: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return keptText(name, value);
  if (Array.isArray(value)) return value.map((one) => kept(name, one, tagsRead));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, one]) => [key, keptUnder(key, one, value, tagsRead)]),
  );
}

function keptUnder(key: string, value: unknown, beside: object, tagsRead: ReadonlySet<string>): unknown {
  if (key === 'definedTags') return keptTags(value, tagsRead);
  return key === 'value' && isNamedSecret(beside) ? redacted : kept(key, value, tagsRead);
}

/** `{header: 'Authorization', value: '…'}`, as rules of balancers have it. */
const isNamedSecret = (entry: object): boolean =>
  Object.entries(entry).some(
    ([key, name]) => /^(?:header|name|key)$/.test(key) && typeof name === 'string' && (isSecretName(name) || isHeaderName(name)),
  );

function keptTags(tags: unknown, tagsRead: ReadonlySet<string>): unknown {
  if (typeof tags !== 'object' || tags === null) return tags;
  const spaces = Object.entries(tags).map(([space, values]) => {
    const read = Object.entries((values ?? {}) as object).filter(([key]) => tagsRead.has(`${space}.${key}`.toLowerCase()));
    return [space, Object.fromEntries(read)] as const;
  });
  return Object.fromEntries(spaces.filter(([, values]) => Object.keys(values).length > 0));
}

function keptText(name: string, text: string): string {
  if (grammars.has(name)) return text;
  if (isSecretName(name) && !isReference(name, text)) return redacted;
  // What stands in DNS is public, and is compared letter by letter.
  return name === 'rdata' ? redactText(text) : redactText(text).replace(mailAddress, redacted);
}

/** `secretId` and `passwordVaultSecretId` hold OCIDs: where a secret lies, not what it is. */
const isReference = (name: string, text: string): boolean => /^ocid1\./.test(text) || /(?:Id|Ids|Name|Names|Number)$/.test(name);

const mailAddress = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
