// A row of the matrix at its place. Drawn anew only when something of it is another: scrolling draws those that come into sight, and no more.
import { Component } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { gapIds } from '../../contract/gap.ts';
import { href } from '../shell/routes.ts';
import { GridPart } from './grid-part.tsx';
import { GroupSummary } from './group-summary.tsx';
import { leadingColumns, PairCells } from './pair-row.tsx';
import type { Row } from './rows.ts';
import { stopAt } from './stops.ts';
import type { VirtualRows } from './use-virtual-rows.ts';

export const columns = leadingColumns + gapIds.length;

interface DrawnRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  /** Null for now. */
  readonly moment: number | null;
  /** Of the one place that Tab leads to; -1 where it is in another row. */
  readonly activeColumn: number;
  readonly measure: VirtualRows['measure'];
}

export class DrawnRow extends Component<DrawnRowProps> {
  override shouldComponentUpdate({ row, index, top, moment, activeColumn }: DrawnRowProps): boolean {
    const { props } = this;
    return (
      row !== props.row || index !== props.index || top !== props.top || moment !== props.moment || activeColumn !== props.activeColumn
    );
  }

  override render() {
    return <Placed {...this.props} />;
  }
}

function Placed({ row, index, top, moment, activeColumn, measure }: DrawnRowProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => measure(row.key, row.kind, element.current!), [measure, row.key, row.kind]);
  return (
    <GridPart role="row" aria-rowindex={index + 2} class="matrix-row" data-kind={row.kind} ref={element} style={{ top: `${top}px` }}>
      {row.kind === 'pair' ? (
        <PairCells group={row.group} pair={row.pair} moment={moment} row={index} activeColumn={activeColumn} />
      ) : (
        <GridPart role="gridcell" aria-colindex={1} aria-colspan={columns} class="matrix-group">
          <GroupSummary
            rows={row.group}
            moment={moment}
            name={
              // The row has this one place, whichever column one came from.
              <a
                class="matrix-group-name"
                title={row.group.group}
                href={href.group(row.group.group, { at: moment })}
                {...stopAt(index, 0, activeColumn === -1 ? -1 : 0)}
              >
                {row.group.group}
              </a>
            }
          />
        </GridPart>
      )}
    </GridPart>
  );
}
