// Whom the collector asks: the targets of the fleet file and of discovery, and what was said about each.
import type { Contact } from '../../config/fleet-config.ts';
import type { Role } from '../../contract/node.ts';

/** An address that is polled. */
export interface Target {
  /** The address: what tells targets apart. */
  readonly key: string;
  readonly contact: Contact;
  readonly told: Told;
  /** Where it was named, for people: `fleet.yaml`, `/etc/understudy/targets/a.json`, `https://cmdb…`. */
  readonly source: string;
}

/** What the fleet says of whoever answers there; null where it does not, and the agent's own word counts. */
export interface Told {
  readonly group: string | null;
  readonly pair: string | null;
  readonly role: Role | null;
  /** Name of a site of the fleet file. */
  readonly site: string | null;
}

export interface Roster {
  /** Each key once. */
  readonly targets: readonly Target[];
  /** What could not be read, or contradicts itself; one sentence each. */
  readonly problems: readonly string[];
}
