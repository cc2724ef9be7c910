// Identifiers for the commands that mend a database or a system, as a shell takes them.
import type { Draft } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { System } from './facts.ts';
import type { Twin } from './pairs.ts';

type Told = NonNullable<Draft['with']>;

export const toldOf = ({ facts, database, home, system }: Twin): Told => ({
  region: shellWord(facts.region.name),
  database: shellWord(database.ocid),
  home: shellWord(home?.ocid ?? database.home ?? '<home>'),
  system: shellWord(system?.ocid ?? database.system ?? '<system>'),
  compartment: shellWord(database.compartment),
});

export const systemTold = (region: string, system: System): Told => ({
  region: shellWord(region),
  system: shellWord(system.ocid),
  compartment: shellWord(system.compartment),
  get:
    system.kind === 'db-system'
      ? `oci db system get --region ${shellWord(region)} --db-system-id ${shellWord(system.ocid)}`
      : `oci db cloud-vm-cluster get --region ${shellWord(region)} --cloud-vm-cluster-id ${shellWord(system.ocid)}`,
});

/** Patches that the home can be given, and how the database gets them; the operator picks which. */
export const patching = ({ with: given = {} }: Pick<Draft, 'with'>): readonly string[] => [
  `$ oci db patch list by-database --region ${given.region} --database-id ${given.database}`,
  `$ oci db database patch --region ${given.region} --database-id ${given.database} --patch-action PRECHECK --patch-id <patch>`,
  `$ oci db database patch --region ${given.region} --database-id ${given.database} --patch-action APPLY --patch-id <patch>`,
];

export const associations = ({ with: given = {} }: Pick<Draft, 'with'>): string =>
  `$ oci db data-guard-association list --region ${given.region} --database-id ${given.database}`;
