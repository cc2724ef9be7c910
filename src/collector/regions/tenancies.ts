// The way to OCI's regions, opened when the first region is looked at, and anew when the fleet file says otherwise how.
import type { OciAccess } from '../../config/fleet-config.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { TenancySource } from '../../contract/tenancy.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Tenancies } from '../../tenancy/open.ts';

export type OpenTenancies = (access: OciAccess, parts: { now(): number; monotonicMs(): number }) => Promise<Tenancies>;

export interface TenanciesParts {
  readonly open: OpenTenancies;
  readonly access: () => OciAccess;
  readonly clock: Clock;
}

export interface Way {
  /** Opens it unless it is open in this way already, and waits a little until it is known who asks. Rejects where it cannot be opened. */
  open(regions: readonly string[]): Promise<void>;
  /** A region; `tenancyId` is the fleet's word over what the credentials say, null where it has none. Only while the way is open. */
  region(name: string, tenancyId: string | null): TenancySource;
  usage(): ReturnType<Tenancies['usage']>;
  states(): ReturnType<Tenancies['states']>;
  close(): void;
}

/** Looks that begin before it is known who asks say so themselves. */
const patienceMs = 10_000;

export function createWay({ open, access, clock }: TenanciesParts): Way {
  let opened: { readonly tenancies: Tenancies; readonly print: string } | null = null;
  let opening: Promise<unknown> = Promise.resolve();

  const openNow = async (regions: readonly string[]): Promise<void> => {
    const print = canonicalJson(access());
    if (opened?.print !== print) {
      const tenancies = await open(access(), { now: clock.now, monotonicMs: clock.monotonicMs });
      opened?.tenancies.close();
      opened = { tenancies, print };
    }
    for (const region of regions) opened!.tenancies.region(region);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = clock.setTimer(patienceMs, resolve);
    await Promise.race([opened!.tenancies.ready(), late]).finally(cancel);
  };

  return {
    // One after the other, or two reloads would leave a way open that nobody closes.
    open: (regions) => {
      const next = opening.then(() => openNow(regions));
      opening = next.catch(() => undefined);
      return next;
    },
    region: (name, tenancyId) => ofTenancy(opened!.tenancies.region(name), tenancyId),
    usage: () => opened?.tenancies.usage() ?? [],
    states: () => opened?.tenancies.states() ?? [],
    close: () => {
      opened?.tenancies.close();
      opened = null;
    },
  };
}

function ofTenancy(source: TenancySource, tenancyId: string | null): TenancySource {
  if (tenancyId === null) return source;
  return {
    now: () => source.now(),
    forLook: (signal) => {
      const port = source.forLook(signal);
      const { region } = port;
      return { now: () => port.now(), region, tenancyId, list: (...asked) => port.list(...asked), get: (...asked) => port.get(...asked) };
    },
  };
}
