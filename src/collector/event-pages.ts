// Reads what became of findings page by page, so that whoever reads years of it can let others have the loop.
import type { FindingEvent } from '../contract/standing.ts';
import type { FleetStore } from '../store/fleet/store.ts';

const pageLength = 200;

/** By time, and of one time in the order in which they were written: what a page before had of its last moment is not told again. */
export function* eventPages(
  store: FleetStore,
  filter: Omit<Parameters<FleetStore['findings']['events']>[0], 'limit'>,
): Generator<readonly FindingEvent[]> {
  let from = filter.from ?? 0;
  let hadOfFrom = 0;
  for (;;) {
    const page = store.findings.events({ ...filter, from, limit: pageLength + hadOfFrom }).slice(hadOfFrom);
    if (page.length > 0) yield page;
    if (page.length < pageLength) return;
    const last = page.at(-1)!.at;
    hadOfFrom = page.filter((event) => event.at === last).length + (last === from ? hadOfFrom : 0);
    from = last;
  }
}
