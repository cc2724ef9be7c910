// The standby beside its primary: which machines they are, when they were heard and seen, and what is wrong with them.
import type { ComponentChildren } from 'preact';
import type { NodeView, PairReview } from '../../contract/fleet.ts';
import { counted } from '../format/counts.ts';
import { shownText } from '../format/shown-text.ts';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { troubleWords } from './words.ts';

export function Sides({ review }: { readonly review: PairReview }) {
  const { standby, primary, asOf, primaryAsOf } = review;
  const both = (of: (node: NodeView) => ComponentChildren) => (
    <>
      <td>{standby === null ? '–' : of(standby)}</td>
      <td>{primary === null ? '–' : of(primary)}</td>
    </>
  );
  return (
    <Table caption="The standby beside its primary" class="sides">
      <thead>
        <tr>
          <td />
          <th scope="col">Standby</th>
          <th scope="col">Primary</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Machine</th>
          <td>{standby === null ? <Nobody /> : <Machine node={standby} />}</td>
          <td>{primary === null ? <Nobody /> : <Machine node={primary} />}</td>
        </tr>
        <tr>
          <th scope="row">Heard</th>
          {both(heard)}
        </tr>
        <tr>
          <th scope="row" title="The oldest of the newest looks of its required checks">
            As of
          </th>
          {asOfCell(standby, asOf)}
          {asOfCell(primary, primaryAsOf)}
        </tr>
        {standby !== null && !isRegion(standby) && (
          <tr>
            <th scope="row" title="When nobody else is there to judge it">
              Left alone
            </th>
            <td colSpan={2}>
              <Alone twin={review.twin} />
            </td>
          </tr>
        )}
        {(standby?.troubles.length ?? 0) + (primary?.troubles.length ?? 0) > 0 && (
          <tr class="sides-troubles">
            <th scope="row">Trouble</th>
            {both(troubles)}
          </tr>
        )}
      </tbody>
    </Table>
  );
}

function Machine({ node: { name, site, version, target } }: { readonly node: NodeView }) {
  return (
    <>
      <strong>{shownText(name ?? 'not heard yet')}</strong>
      {site === null ? ', no site told' : ` at ${shownText(site)}`}
      <span class="sides-address">
        <span class="mono">{target}</span>, <span class="nowrap">{version === null ? 'version not told' : `version ${version}`}</span>
      </span>
    </>
  );
}

/** The collector looks at regions itself: without it nobody judges them, and nothing is left anywhere. */
const isRegion = ({ target }: NodeView): boolean => target.startsWith('region:');

const Nobody = () => <strong class="sides-nobody">nobody</strong>;

/** The primary's snapshot that the collector leaves on the standby. */
function Alone({ twin: { leftAt, error } }: { readonly twin: PairReview['twin'] }) {
  if (error === null && leftAt !== null)
    return (
      <>
        can judge itself, by the primary’s snapshot that was left there <Time at={leftAt} />
      </>
    );
  return (
    <>
      <strong class="sides-nobody">could not judge itself</strong>:{' '}
      {error === null ? 'the primary’s snapshot was not left there yet' : shownText(error)}
      {leftAt !== null && (
        <>
          ; what it has was left there <Time at={leftAt} />
        </>
      )}
    </>
  );
}

function heard({ heardAt, poll }: NodeView): ComponentChildren {
  return (
    <>
      {heardAt === null ? <strong class="sides-nobody">never</strong> : <Time at={heardAt} />}
      {poll.error !== null && (
        <span class="sides-failed">
          {counted(poll.failures, 'poll')} failed: {shownText(poll.error)}
        </span>
      )}
    </>
  );
}

function asOfCell(node: NodeView | null, at: number | null): ComponentChildren {
  if (node === null) return <td>–</td>;
  return <td>{at === null ? <strong class="sides-nobody">not everything was looked at yet</strong> : <Time at={at} />}</td>;
}

function troubles({ troubles }: NodeView): ComponentChildren {
  if (troubles.length === 0) return 'none';
  return (
    <ul>
      {troubles.map(({ kind, detail, since }) => (
        <li key={kind}>
          <strong>{troubleWords[kind]}</strong>: {shownText(detail)}, since <Time at={since} />
        </li>
      ))}
    </ul>
  );
}
