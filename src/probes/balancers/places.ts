// Wherever TLS begins or is begun: listeners, and backend sets that are spoken to over TLS.
import { type Balancer, type Certificate, type Facts, isSeen, type Listener, type Tls } from './facts.ts';
import { type Comparison, pairListeners, pairSets, seenPairs } from './pairs.ts';
import { balancerFill, listenerSubject, setSubject, word } from './say.ts';

export interface Place {
  readonly subject: string;
  readonly isListener: boolean;
  readonly tls: Tls;
  readonly fill: Record<string, string>;
}

export interface PlacePair {
  readonly standby: Place;
  readonly primary: Tls;
}

export function placesOf(facts: Facts): readonly Place[] {
  return facts.balancers
    .filter(isSeen)
    .flatMap((balancer) => [
      ...balancer.content.listeners.flatMap((listener) =>
        listener.tls === null ? [] : [placeOf(facts, balancer, listenerSubject(balancer, listener), listener.tls, listener)],
      ),
      ...balancer.content.backendSets.flatMap((set) =>
        set.tls === null ? [] : [placeOf(facts, balancer, `${setSubject(balancer, set.name)} to its backends`, set.tls, null, set.name)],
      ),
    ]);
}

export function pairedPlaces(facts: Facts, comparison: Comparison): readonly PlacePair[] {
  return seenPairs(comparison).flatMap((pair) => {
    const listeners = pairListeners(pair, comparison.text).pairs.flatMap(({ standby, primary }) =>
      standby.tls === null || primary.tls === null
        ? []
        : [
            {
              standby: placeOf(facts, pair.standby, listenerSubject(pair.standby, standby), standby.tls, standby),
              primary: primary.tls,
            },
          ],
    );
    const sets = pairSets(pair, comparison.text).pairs.flatMap(({ standby, primary }) =>
      standby.tls === null || primary.tls === null
        ? []
        : [
            {
              standby: placeOf(
                facts,
                pair.standby,
                `${setSubject(pair.standby, standby.name)} to its backends`,
                standby.tls,
                null,
                standby.name,
              ),
              primary: primary.tls,
            },
          ],
    );
    return [...listeners, ...sets];
  });
}

function placeOf(facts: Facts, balancer: Balancer, subject: string, tls: Tls, listener: Listener | null, set = ''): Place {
  const fill = {
    ...balancerFill(facts, balancer),
    kind: listener === null ? 'backend-set' : 'listener',
    name: word(listener?.name ?? set),
    nameOption: listener === null ? '--backend-set-name' : '--listener-name',
    required:
      listener === null
        ? ''
        : `--default-backend-set-name ${word(listener.backendSet ?? '<backend set>')} --port ${listener.port ?? '<port>'} --protocol ${listener.protocol}`,
  };
  return { subject, isListener: listener !== null, tls, fill };
}

export const certificatesOf = (facts: Facts, tls: Tls): readonly Certificate[] =>
  tls.certificates.flatMap((one) => {
    const found = one.kind === 'seen' ? facts.certificates[one.key] : undefined;
    return found === undefined ? [] : [found];
  });

/** OCIDs of the Certificates service that some listener or backend set of these facts uses. */
export const idsInUse = (facts: Facts): ReadonlySet<string> =>
  new Set(placesOf(facts).flatMap(({ tls }) => certificatesOf(facts, tls).flatMap(({ id }) => id ?? [])));
