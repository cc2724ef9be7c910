// What each verb allows, in permissions, for the resource types that a system uses on the day of a failover. Verbs are cumulative.
// From the tables "Details for Verb + Resource-Type Combinations" below
// https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/policyreference.htm (key, object storage, core, load balancing, registry,
// monitoring and database pages, 2026-11). Types that are not here are compared by their verbs.
import { type Verb, verbs } from './parse-statement.ts';

/** What inspect, read, use and manage add, in this order, parted by strokes. */
const added: Readonly<Record<string, string>> = {
  vaults:
    'VAULT_INSPECT | VAULT_READ | VAULT_CREATE_KEY VAULT_IMPORT_KEY VAULT_CREATE_SECRET | VAULT_CREATE VAULT_UPDATE VAULT_DELETE VAULT_MOVE VAULT_BACKUP VAULT_RESTORE VAULT_REPLICATE',
  keys: 'KEY_INSPECT | KEY_READ | KEY_ENCRYPT KEY_DECRYPT KEY_EXPORT KEY_SIGN KEY_VERIFY | KEY_CREATE KEY_UPDATE KEY_ROTATE KEY_DELETE KEY_MOVE KEY_IMPORT KEY_BACKUP KEY_RESTORE',
  'key-delegate': '| | KEY_ASSOCIATE KEY_DISASSOCIATE |',
  secrets: 'SECRET_INSPECT | SECRET_READ | SECRET_UPDATE | SECRET_CREATE SECRET_DELETE SECRET_MOVE',
  'secret-versions': 'SECRET_VERSION_INSPECT | SECRET_VERSION_READ | | SECRET_VERSION_DELETE',
  'secret-bundles': 'SECRET_BUNDLE_INSPECT | SECRET_BUNDLE_READ | |',
  'objectstorage-namespaces': '| OBJECTSTORAGE_NAMESPACE_READ | | OBJECTSTORAGE_NAMESPACE_UPDATE',
  buckets:
    'BUCKET_INSPECT | BUCKET_READ | BUCKET_UPDATE | BUCKET_CREATE BUCKET_DELETE PAR_MANAGE RETENTION_RULE_MANAGE RETENTION_RULE_LOCK',
  objects:
    'OBJECT_INSPECT | OBJECT_READ | OBJECT_OVERWRITE | OBJECT_CREATE OBJECT_DELETE OBJECT_VERSION_DELETE OBJECT_RESTORE OBJECT_UPDATE_TIER',
  instances:
    'INSTANCE_INSPECT | INSTANCE_READ | INSTANCE_UPDATE INSTANCE_CREATE_IMAGE INSTANCE_POWER_ACTIONS INSTANCE_ATTACH_VOLUME INSTANCE_DETACH_VOLUME | INSTANCE_CREATE INSTANCE_DELETE INSTANCE_ATTACH_SECONDARY_VNIC INSTANCE_DETACH_SECONDARY_VNIC INSTANCE_MOVE',
  'console-histories': 'CONSOLE_HISTORY_INSPECT | CONSOLE_HISTORY_READ | | CONSOLE_HISTORY_CREATE CONSOLE_HISTORY_DELETE',
  'instance-console-connection':
    'INSTANCE_CONSOLE_CONNECTION_INSPECT | INSTANCE_CONSOLE_CONNECTION_READ | | INSTANCE_CONSOLE_CONNECTION_CREATE INSTANCE_CONSOLE_CONNECTION_DELETE',
  'instance-images':
    'INSTANCE_IMAGE_INSPECT | INSTANCE_IMAGE_READ | INSTANCE_IMAGE_UPDATE | INSTANCE_IMAGE_CREATE INSTANCE_IMAGE_DELETE INSTANCE_IMAGE_MOVE',
  'app-catalog-listing': 'APP_CATALOG_LISTING_INSPECT | APP_CATALOG_LISTING_READ | | APP_CATALOG_LISTING_SUBSCRIBE',
  'instance-agent-plugins': 'INSTANCE_AGENT_PLUGIN_INSPECT | INSTANCE_AGENT_PLUGIN_READ | |',
  volumes: 'VOLUME_INSPECT | | VOLUME_UPDATE VOLUME_WRITE | VOLUME_CREATE VOLUME_DELETE VOLUME_MOVE',
  'volume-attachments':
    'VOLUME_ATTACHMENT_INSPECT | VOLUME_ATTACHMENT_READ | VOLUME_ATTACHMENT_UPDATE | VOLUME_ATTACHMENT_CREATE VOLUME_ATTACHMENT_DELETE',
  'volume-backups':
    'VOLUME_BACKUP_INSPECT | VOLUME_BACKUP_READ | VOLUME_BACKUP_COPY VOLUME_BACKUP_UPDATE | VOLUME_BACKUP_CREATE VOLUME_BACKUP_DELETE VOLUME_BACKUP_MOVE',
  'boot-volume-backups':
    'BOOT_VOLUME_BACKUP_INSPECT | BOOT_VOLUME_BACKUP_READ | BOOT_VOLUME_BACKUP_UPDATE BOOT_VOLUME_BACKUP_COPY | BOOT_VOLUME_BACKUP_CREATE BOOT_VOLUME_BACKUP_DELETE BOOT_VOLUME_BACKUP_MOVE',
  'backup-policies': 'BACKUP_POLICY_INSPECT | | BACKUP_POLICIES_UPDATE | BACKUP_POLICIES_CREATE BACKUP_POLICIES_DELETE',
  'backup-policy-assignments': 'BACKUP_POLICY_ASSIGNMENT_INSPECT | | | BACKUP_POLICY_ASSIGNMENT_CREATE BACKUP_POLICY_ASSIGNMENT_DELETE',
  'volume-groups': 'VOLUME_GROUP_INSPECT | | | VOLUME_GROUP_UPDATE VOLUME_GROUP_CREATE VOLUME_GROUP_DELETE VOLUME_GROUP_MOVE',
  'volume-group-backups':
    'VOLUME_GROUP_BACKUP_INSPECT | | | VOLUME_GROUP_BACKUP_UPDATE VOLUME_GROUP_BACKUP_CREATE VOLUME_GROUP_BACKUP_DELETE VOLUME_GROUP_BACKUP_MOVE',
  vnics:
    'VNIC_READ | | VNIC_ATTACH VNIC_DETACH VNIC_CREATE VNIC_DELETE VNIC_UPDATE VNIC_ASSOCIATE_NETWORK_SECURITY_GROUP VNIC_DISASSOCIATE_NETWORK_SECURITY_GROUP |',
  'vnic-attachments': 'VNIC_ATTACHMENT_READ | | |',
  'load-balancers':
    'LOAD_BALANCER_INSPECT | LOAD_BALANCER_READ | LOAD_BALANCER_UPDATE | LOAD_BALANCER_CREATE LOAD_BALANCER_DELETE LOAD_BALANCER_MOVE',
  repos: 'REPOSITORY_INSPECT | REPOSITORY_READ | REPOSITORY_UPDATE | REPOSITORY_CREATE REPOSITORY_DELETE REPOSITORY_MANAGE',
  metrics: 'METRIC_INSPECT | METRIC_READ | METRIC_WRITE |',
  'autonomous-databases':
    'AUTONOMOUS_DATABASE_INSPECT | AUTONOMOUS_DATABASE_CONTENT_READ | AUTONOMOUS_DATABASE_CONTENT_WRITE AUTONOMOUS_DATABASE_UPDATE | AUTONOMOUS_DATABASE_CREATE AUTONOMOUS_DATABASE_DELETE',
};

/** What a verb on the family allows beyond the sum of its members. */
const extras: Readonly<Record<string, string>> = {
  'instance-family':
    'VNIC_READ VNIC_ATTACHMENT_READ VOLUME_ATTACHMENT_INSPECT | VOLUME_ATTACHMENT_READ | VNIC_ATTACH VNIC_DETACH VOLUME_ATTACHMENT_UPDATE | VOLUME_ATTACHMENT_CREATE VOLUME_ATTACHMENT_DELETE',
};

const read = (table: Readonly<Record<string, string>>): ReadonlyMap<string, readonly (readonly string[])[]> =>
  new Map(Object.entries(table).map(([name, text]) => [name, text.split('|').map((part) => part.split(' ').filter((one) => one !== ''))]));

const byResource = read(added);
const byFamily = read(extras);

const upTo = (parts: readonly (readonly string[])[], verb: Verb): readonly string[] => parts.slice(0, verbs.indexOf(verb) + 1).flat();

/** Null where the table does not hold the type. */
export function permissionsOf(resource: string, verb: Verb): readonly string[] | null {
  const parts = byResource.get(resource);
  return parts === undefined ? null : upTo(parts, verb);
}

export const extrasOf = (family: string, verb: Verb): readonly string[] => upTo(byFamily.get(family) ?? [], verb);

const owners: ReadonlyMap<string, string> = new Map(
  [...byResource].flatMap(([resource, parts]) => parts.flat().map((one) => [one, resource])),
);

/** The resource type that a permission belongs to; null where the table does not hold it. */
export const ownerOf = (permission: string): string | null => owners.get(permission) ?? null;

/** The least verb with which a type of the table allows it. */
export function verbFor(permission: string): Verb | null {
  const parts = byResource.get(ownerOf(permission) ?? '');
  const at = parts?.findIndex((part) => part.includes(permission)) ?? -1;
  return at === -1 ? null : verbs[at]!;
}

/** Whether a permission that the table does not hold could be one of a type that it does not hold either: `DNS_ZONE_READ`, `dns-zones`. */
export const mayBelong = (permission: string, resource: string): boolean =>
  !byResource.has(resource) &&
  permission.startsWith(`${resource.replaceAll('-', '_').replace(/ies$/, 'y').replace(/s$/, '').toUpperCase()}_`);
