// A region as looks are given it: every question and what came back stands in the trail.
import type { LookSource } from '../contract/look-source.ts';
import type { OciOperationName } from '../contract/oci-operations.ts';
import type { OciParams, Tenancy, TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../contract/tenancy.ts';
import { answeredCharsMax, marginChars, Trail } from '../look/trail.ts';

export const tenancyLooks = (source: TenancySource): LookSource => ({
  now: () => source.now(),
  open: (signal) => {
    const { tenancy, trail } = recordingTenancy(source.forLook(signal), () => performance.now());
    return { port: tenancy, trail: () => trail.entries() };
  },
});

/** `clock` gives milliseconds that only grow. */
export function recordingTenancy(tenancy: Tenancy, clock: () => number): { readonly tenancy: Tenancy; readonly trail: Trail } {
  const trail = new Trail(clock);
  return {
    trail,
    tenancy: {
      now: () => tenancy.now(),
      // Who asks, and a newer region's key, may become known on the way.
      get region() {
        return tenancy.region;
      },
      get tenancyId() {
        return tenancy.tenancyId;
      },
      list: (operation, params = {}) =>
        trail.note(
          () => askedText(operation, params),
          () => tenancy.list(operation, params),
          told,
        ),
      get: (operation, params) =>
        trail.note(
          () => askedText(operation, params),
          () => tenancy.get(operation, params),
          told,
        ),
    },
  };
}

const askedText = (operation: OciOperationName, params: OciParams): string =>
  [operation, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ');

const told = (answer: TenancyListed | TenancyGot | TenancyFailed) => ({
  isFailure: answer.kind === 'failed',
  head: () => headOf(answer).slice(0, answeredCharsMax + marginChars),
});

function headOf(answer: TenancyListed | TenancyGot | TenancyFailed): string {
  switch (answer.kind) {
    case 'failed':
      return `${answer.reason}: ${answer.detail}`;
    case 'list':
      return `${answer.items.length} entries${answer.items.length === 0 ? '' : `, the first: ${JSON.stringify(answer.items[0])}`}`;
    case 'object':
      return JSON.stringify(answer.body) ?? '';
  }
}
