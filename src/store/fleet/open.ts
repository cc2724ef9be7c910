// Opens the collector's own history.
import { type Opened, type OpenOptions, openHistory, type Schema } from '../database.ts';
import { createFleetStore } from './create-store.ts';
import { applicationId, migrations } from './migrations.ts';
import type { FleetStore } from './store.ts';

const schema: Schema<FleetStore> = {
  applicationId,
  migrations,
  // The newest rows of 10,000 nodes with 40 checks are some 30 MiB; what reviews and polls touch again is the upper half of the trees.
  cacheKiB: 16 * 1_024,
  create: createFleetStore,
};

/** `migrations` are those of this release unless given. */
export const openFleetStore = (options: OpenOptions & { readonly migrations?: readonly string[] }): Opened<FleetStore> =>
  openHistory(options.migrations === undefined ? schema : { ...schema, migrations: options.migrations }, options);
