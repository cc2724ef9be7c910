// Which rights whoever asks has in a region: tried, not read from policies.

import { type GrantState, type OciGrant, placeOf } from '../../contract/oci-grants.ts';
import { isListOperation, type OciOperationName } from '../../contract/oci-operations.ts';
import type { OciParams, Tenancy, TenancyFailed, TenancyGot, TenancyListed } from '../../contract/tenancy.ts';
import { allTrials, isShownByList, type Trial } from './trials.ts';

export interface Place {
  /** As the fleet file calls it; `tenancy` for the root. */
  readonly name: string;
  readonly id: string;
}

export interface GrantTried {
  readonly grant: OciGrant;
  readonly place: string;
  /** As a policy names the place: `tenancy`, or `compartment id ocid1.…`. */
  readonly policyPlace: string;
  readonly state: GrantState;
  /** What was asked last; null where nothing could be. */
  readonly operation: OciOperationName | null;
  /** Why, in one sentence; empty where it is allowed. */
  readonly detail: string;
}

/** `tenancyId` null is where nobody told it: then rights in the root cannot be tried. */
export async function tryGrants(
  tenancy: Tenancy,
  compartments: readonly Place[],
  tenancyId: string | null,
): Promise<readonly GrantTried[]> {
  const root: readonly Place[] = tenancyId === null ? [] : [{ name: 'tenancy', id: tenancyId }];
  const tried = allTrials().map(async (trial) => {
    const places = trial.isOfTheTenancy ? root : compartments;
    return places.length === 0 ? [rootUnknown(trial)] : Promise.all(places.map((place) => tryIn(tenancy, trial, place)));
  });
  return (await Promise.all(tried)).flat();
}

const rootUnknown = ({ grant }: Trial): GrantTried => ({
  grant,
  place: 'tenancy',
  policyPlace: 'tenancy',
  state: 'untried',
  operation: null,
  detail: 'the OCID of the tenancy is not known: `tenancy` of the region in the fleet file says it',
});

type Ending = Pick<GrantTried, 'state' | 'operation' | 'detail'>;

async function tryIn(tenancy: Tenancy, trial: Trial, place: Place): Promise<GrantTried> {
  const policyPlace = trial.isOfTheTenancy ? 'tenancy' : placeOf(place.id);
  return { grant: trial.grant, place: place.name, policyPlace, ...(await endingIn(tenancy, trial, place.id)) };
}

async function endingIn(tenancy: Tenancy, trial: Trial, placeId: string): Promise<Ending> {
  const { list, each } = trial;
  const isOwn = isShownByList(trial);
  const listed = await tenancy.list(list.operation, list.params(placeId));
  if (listed.kind === 'failed')
    return isOwn
      ? endingOf(list.operation, listed, isHiddenAll)
      : { state: 'untried', operation: list.operation, detail: `what it would be tried on cannot be listed: ${listed.detail}` };
  const params = each === null ? undefined : listed.items.map((entry) => each.params(entry, placeId)).find((one) => one !== null);
  if (each === null || params === undefined || params === null)
    return isOwn
      ? { state: 'allowed', operation: list.operation, detail: '' }
      : { state: 'nothing-there', operation: list.operation, detail: `${list.operation} shows nothing that it could be tried on` };
  const answer = await ask(tenancy, each.operation, params);
  return answer.kind === 'failed' ? endingOf(each.operation, answer, '') : { state: 'allowed', operation: each.operation, detail: '' };
}

const isHiddenAll = ', which OCI says of what is not allowed and of a compartment that is not there';

const ask = (tenancy: Tenancy, operation: OciOperationName, params: OciParams): Promise<TenancyListed | TenancyGot | TenancyFailed> =>
  isListOperation(operation) ? tenancy.list(operation, params) : tenancy.get(operation, params);

/** 401 is about who asks, and nothing that a policy would mend. */
function endingOf(operation: OciOperationName, { reason, status, detail }: TenancyFailed, hidden: string): Ending {
  const isDenied = reason === 'denied' && status !== 401;
  return { state: isDenied ? 'denied' : 'untried', operation, detail: `${detail}${isDenied && status === 404 ? hidden : ''}` };
}
