// Who may accept a finding does it here, and takes it back here; who may not is told so once.
import type { StandingFinding } from '../../contract/standing.ts';
import { caller, may } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { EndWaiverForm } from './end-waiver-form.tsx';
import { WaiveForm } from './waive-form.tsx';

/** What the reader is about to do, and to which finding. */
export interface Waiving {
  readonly kind: 'waive' | 'end';
  /** As it was when it was begun. */
  readonly finding: StandingFinding;
}

export interface WaiverActionsProps {
  readonly finding: StandingFinding;
  readonly onBegin: (waiving: Waiving) => void;
}

/** Nothing for who may not: a button that cannot be pressed says less than a line. */
export function WaiverActions({ finding, onBegin }: WaiverActionsProps) {
  if (!may('waive')) return null;
  if (finding.waiver === null)
    return (
      <Button kind="quiet" onClick={() => onBegin({ kind: 'waive', finding })}>
        Waive …
      </Button>
    );
  return (
    <>
      <Button kind="quiet" onClick={() => onBegin({ kind: 'waive', finding })}>
        Prolong …
      </Button>
      <Button kind="quiet" onClick={() => onBegin({ kind: 'end', finding })}>
        Take back …
      </Button>
    </>
  );
}

export function WhoMayWaive() {
  if (caller.value === null || may('waive')) return null;
  return (
    <p class="who-may-waive">
      To waive a finding, or to take a waiver back, sign in with a token that has the right <code>waive</code>. You are {caller.value.name},
      and may read.
    </p>
  );
}

export interface WaiverDialogsProps {
  readonly group: string;
  readonly pair: string;
  readonly findings: readonly StandingFinding[];
  readonly waiving: Waiving | null;
  /** The finding, as it was, where something was done to it; null where it was called off. */
  readonly onEnd: (finding: StandingFinding | null) => void;
}

export function WaiverDialogs({ group, pair, findings, waiving, onEnd }: WaiverDialogsProps) {
  const close = () => onEnd(null);
  const done = () => onEnd(waiving?.finding ?? null);
  const latest = findings.find(({ id }) => id === waiving?.finding.id) ?? null;
  const isAgain = waiving !== null && waiving.finding.waiver !== null;
  return (
    <>
      <Dialog title={isAgain ? 'Prolong the waiver' : 'Waive this finding'} isOpen={waiving?.kind === 'waive'} onClose={close}>
        {waiving?.kind === 'waive' && (
          <WaiveForm group={group} pair={pair} finding={waiving.finding} latest={latest} onClose={close} onWaived={done} />
        )}
      </Dialog>
      <Dialog title="Take the waiver back" isOpen={waiving?.kind === 'end'} onClose={close}>
        {waiving?.kind === 'end' && waiving.finding.waiver !== null && (
          <EndWaiverForm finding={waiving.finding} waiver={waiving.finding.waiver} onClose={close} onEnded={done} />
        )}
      </Dialog>
    </>
  );
}
