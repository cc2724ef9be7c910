// What mends a secret, in the words of the side that it is on.
import { shellWord } from '../../formats/shell-word.ts';
import type { Secret } from './facts.ts';

export type Told = Readonly<Record<string, string>>;

/** Everything that a command may need, as a shell takes it. */
export const toldOf = (
  region: string,
  { ocid, name, vault, key, compartment }: Pick<Secret, 'ocid' | 'name' | 'vault' | 'key' | 'compartment'>,
  subject: string,
): Told => ({
  region: shellWord(region),
  ocid: shellWord(ocid),
  name: shellWord(name),
  vault: shellWord(vault),
  key: shellWord(key ?? '<key>'),
  compartment: shellWord(compartment),
  subject,
});

/** On a command line every user of the machine could read it. */
export const contentFile = '# <file> holds {"secretContentContent": "…"} with the value in Base64, and only you may read it';

export const readingIt = (given: Told): string => `$ oci vault secret get --region ${given.region} --secret-id ${given.ocid}`;

export const newVersion = (given: Told): readonly string[] => [
  contentFile,
  `$ oci vault secret update-base64 --region ${given.region} --secret-id ${given.ocid} --from-json file://<file>`,
];
