// What a secret or a key of one side is called in findings and under `ignore`.
import { mapped } from '../../formats/region-words.ts';
import type { Facts, Key, Secret } from './facts.ts';
import type { Settings } from './settings.ts';

/** Under the names that both sides share, which are the own display names unless the fleet file says otherwise. */
export function subjectOf({ vaults }: Pick<Facts, 'vaults'>, { scope }: Settings, { vault, name, ocid }: Secret | Key): string {
  const shown = vaults.entries.find((one) => one.ocid === vault)?.name ?? null;
  const shared = mapped(scope.names, vault) ?? (shown === null ? vault : (mapped(scope.names, shown) ?? shown));
  return `${shared}/${mapped(scope.names, ocid) ?? mapped(scope.names, name) ?? name}`;
}
