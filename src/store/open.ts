// Opens the agent's own history.
import { type Opened, type OpenOptions, openHistory, type Schema } from './database.ts';
import { applicationId, migrations } from './migrations.ts';
import { createStore, type Store } from './store.ts';

const schema: Schema<Store> = {
  applicationId,
  migrations,
  // The whole agent has 28 MiB; what it asks for again is a few pages of index.
  cacheKiB: 1_024,
  create: createStore,
};

/** `migrations` are those of this release unless given. */
export const openStore = (options: OpenOptions & { readonly migrations?: readonly string[] }): Opened<Store> =>
  openHistory(options.migrations === undefined ? schema : { ...schema, migrations: options.migrations }, options);
