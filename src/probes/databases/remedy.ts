// Identifiers for the commands that mend a database or a system, as a shell takes them.
import type { Draft } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { System } from './facts.ts';
import type { DatabasePair, Twin } from './pairs.ts';

type Told = NonNullable<Draft['with']>;

export const toldOf = (twin: Twin): Told => {
  const { facts, database, home, system } = twin;
  return {
    region: shellWord(facts.region.name),
    database: shellWord(database.ocid),
    home: shellWord(home?.ocid ?? database.home ?? '<home>'),
    system: shellWord(system?.ocid ?? database.system ?? '<system>'),
    compartment: shellWord(database.compartment),
    kind: system?.kind ?? '',
    look: lookAt(twin),
  };
};

/** Where Data Guard is told of: databases of a group have no associations. */
const lookAt = ({ facts, database }: Twin): string =>
  database.members.length > 0
    ? `oci db database get --region ${shellWord(facts.region.name)} --database-id ${shellWord(database.ocid)}`
    : `oci db data-guard-association list --region ${shellWord(facts.region.name)} --database-id ${shellWord(database.ocid)}`;

/** The same, with how each of the two is made the other's standby. */
export const pairTold = ({ guarding, leading }: DatabasePair): Told => ({
  ...toldOf(guarding),
  lookThere: lookAt(leading),
  there: shellWord(leading.facts.region.name),
  reinstate: reinstate(guarding, leading),
  reinstateThere: reinstate(leading, guarding),
});

/** Makes the one a standby of the other. Passwords are read from a file: those in a command are seen by everybody on the machine. */
const reinstate = ({ facts, database }: Twin, primary: Twin): string => {
  const at = `--region ${shellWord(facts.region.name)} --database-id ${shellWord(database.ocid)}`;
  return database.members.length > 0
    ? `oci db database reinstate-data-guard ${at} --source-database-id ${shellWord(primary.database.ocid)} ${password}`
    : `oci db data-guard-association reinstate ${at} --data-guard-association-id <association> ${password}`;
};

export const password = '--from-json file://password.json';

export const passwordFile =
  '# password.json holds {"databaseAdminPassword": "…"}: readable by you alone, and removed afterwards; a password on the command line is seen by others';

export const systemTold = (region: string, system: System): Told => {
  const at = shellWord(region);
  const ocid = shellWord(system.ocid);
  const isCluster = system.kind === 'vm-cluster';
  return {
    region: at,
    system: ocid,
    compartment: shellWord(system.compartment),
    kind: system.kind,
    get: isCluster
      ? `oci db cloud-vm-cluster get --region ${at} --cloud-vm-cluster-id ${ocid}`
      : `oci db system get --region ${at} --db-system-id ${ocid}`,
    updates: isCluster
      ? `oci db cloud-vm-cluster list-updates --region ${at} --cloud-vm-cluster-id ${ocid}`
      : `oci db patch list by-db-system --region ${at} --db-system-id ${ocid}`,
    history: isCluster
      ? `oci db cloud-vm-cluster list-update-histories --region ${at} --cloud-vm-cluster-id ${ocid}`
      : `oci db patch-history list by-db-system --region ${at} --db-system-id ${ocid}`,
  };
};

type Filled = Pick<Draft, 'with'>;

/** Patches that the home can be given, and how the database gets them; the operator picks which. */
export const patching = (draft: Filled): readonly string[] => (draft.with?.kind === 'vm-cluster' ? moving(draft) : inPlace(draft));

const inPlace = ({ with: given = {} }: Filled): readonly string[] => [
  patches({ with: given }),
  `$ oci db database patch --region ${given.region} --database-id ${given.database} --patch-action PRECHECK --patch-id <patch>`,
  `$ oci db database patch --region ${given.region} --database-id ${given.database} --patch-action APPLY --patch-id <patch>`,
];

/** On Exadata a home is not patched under its databases: they are moved to another that has the patches. */
const moving = ({ with: given = {} }: Filled): readonly string[] => [
  '# Exadata is patched out of place: make a home with the patches in the same VM cluster, if none of these has them, and move the database to it',
  `$ oci db db-home list --region ${given.region} --compartment-id ${given.compartment} --vm-cluster-id ${given.system}`,
  `$ oci db database update --region ${given.region} --database-id ${given.database} --db-home-id <home with the patches>`,
];

export const patches = ({ with: given = {} }: Filled): string =>
  `$ oci db patch list by-database --region ${given.region} --database-id ${given.database}`;

/** What Data Guard says of the database. */
export const associations = ({ with: given = {} }: Filled): string => `$ ${given.look}`;
