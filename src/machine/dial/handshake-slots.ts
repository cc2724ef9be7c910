// Lets few TLS handshakes run at the same time, so that a burst of probes does not spoil its own readings.

/**
 * Each handshake takes about 0.7 ms of the one event loop: with n at once the last one reads n times 0.7 ms too slow.
 * Four keep that under 3 ms; a hundred at once were measured at 66 ms.
 */
const inFlightMax = 4;

/**
 * A handshake that takes longer waits for the network, not for us, and a server that never answers must not hold others
 * up. Forty starts a second at the least, so that 500 endpoints due each 15 s are all begun in time.
 */
const heldMsMax = 100;

const waiting: (() => void)[] = [];
let inFlight = 0;

export interface HandshakeSlot {
  release(): void;
}

/** Null where none is free; `queueForHandshake` then. Each slot frees itself after `heldMsMax`. */
export const takeHandshakeSlot = (): HandshakeSlot | null => (inFlight < inFlightMax ? hold() : null);

/** Calls `granted` when it is this waiter's turn, in order of arrival; the answer gives the place up. */
export function queueForHandshake(granted: (slot: HandshakeSlot) => void): () => void {
  const turn = (): void => granted(hold());
  waiting.push(turn);
  return () => {
    const place = waiting.indexOf(turn);
    if (place >= 0) waiting.splice(place, 1);
  };
}

function hold(): HandshakeSlot {
  inFlight += 1;
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    clearTimeout(timer);
    inFlight -= 1;
    waiting.shift()?.();
  };
  const timer = setTimeout(release, heldMsMax);
  return { release };
}
