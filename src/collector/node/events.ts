// What happens to nodes: written with what it follows from, and logged when that is on disk.
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import type { Log } from '../../daemon/log.ts';
import type { FleetStore, NodeEvent } from '../../store/fleet/store.ts';
import type { Seen } from './sight.ts';

export interface NodeEvents {
  /** Within the transaction of what they follow from. */
  write(events: readonly NodeEvent[]): void;
  /** After it. */
  log(events: readonly NodeEvent[]): void;
}

export interface NodeEventsParts {
  readonly store: FleetStore;
  readonly log: Log;
  /** Called within the transaction that writes them. */
  readonly onEvents?: (events: readonly NodeEvent[]) => void;
}

export function nodeEvents({ store, log, onEvents }: NodeEventsParts): NodeEvents {
  return {
    write: (events) => {
      for (const event of events) store.nodes.note(event);
      if (events.length > 0) onEvents?.(events);
    },
    log: (events) => {
      for (const { kind, target, detail } of events) log[levels[kind]]({ target, kind, detail }, messages[kind]);
    },
  };
}

const levels: Readonly<Record<NodeEvent['kind'], 'info' | 'warn' | 'error'>> = {
  silent: 'warn',
  cloned: 'error',
  'two-agents': 'error',
  reinstalled: 'warn',
  'rolled-back': 'warn',
  'history-cut': 'warn',
  clock: 'warn',
  role: 'warn',
  stranger: 'warn',
  alias: 'warn',
  'heard-again': 'info',
  found: 'info',
  gone: 'info',
};

const messages: Readonly<Record<NodeEvent['kind'], string>> = {
  silent: 'a node is silent',
  cloned: 'two machines have one identity: neither is trusted',
  'two-agents': 'two agents answer at one address in turn: neither is believed',
  reinstalled: 'the history of a node was begun anew',
  'rolled-back': 'the history of a node went back',
  'history-cut': 'rows of a node were removed before they were read',
  clock: 'the clock of a node is off',
  role: 'a node says another role than the fleet',
  stranger: 'another machine answers at the address of a node',
  alias: 'one agent answers at two addresses',
  'heard-again': 'a node is heard again',
  found: 'a node is polled from now on',
  gone: 'a node is not polled any more',
};

/** As an event, unless it was said already and still holds. */
export const newTrouble = (seen: Seen, kind: NodeTroubleKind, detail: string, now: number): readonly NodeEvent[] =>
  seen.said.get(kind)?.detail === detail ? [] : [{ at: now, target: seen.target.key, kind, detail }];

/** Once it is on disk. */
export function holdsNow(seen: Seen, events: readonly NodeEvent[]): void {
  for (const { kind, detail, at } of events) {
    switch (kind) {
      case 'found':
      case 'gone':
        break;
      case 'silent':
      case 'heard-again':
        seen.isSilenceSaid = kind === 'silent';
        break;
      default:
        seen.said.set(kind, { kind, detail, since: at });
    }
  }
}
