// What the gate answered whoever was about to fail a group over.
import type { Receipt } from '../../contract/receipt.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { Empty } from '../parts/empty.tsx';
import { Showing } from '../parts/showing.tsx';
import { StateWord } from '../parts/state-word.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';

type ReceiptLine = Pick<Receipt, 'id' | 'issuedAt' | 'asked' | 'verdict' | 'isPassed' | 'override'>;

/** The newest; the report lists a period's. */
const shownMax = 10;

export function GatePart({ group }: { readonly group: string }) {
  const receipts = useResource<{ readonly receipts: readonly ReceiptLine[] }>(addressOf('v1/receipts', { group, limit: shownMax }), {
    group,
  });
  return (
    <section class="group-part" aria-labelledby="group-gate">
      <h2 id="group-gate">At the gate</h2>
      <Showing of={receipts} what="what the gate answered">
        {({ receipts: lines }) => (lines.length === 0 ? <Empty title="The gate was not asked yet" /> : <ReceiptTable lines={lines} />)}
      </Showing>
    </section>
  );
}

const ReceiptTable = ({ lines }: { readonly lines: readonly ReceiptLine[] }) => (
  <Table caption="What the gate answered, newest first" class="group-gate">
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Verdict</th>
        <th scope="col">Let pass</th>
        <th scope="col">Asked by</th>
        <th scope="col">Receipt</th>
      </tr>
    </thead>
    <tbody>
      {lines.map((line) => (
        <tr key={line.id}>
          <td>
            <Time at={line.issuedAt} as="absolute" />
          </td>
          <td>
            <StateWord state={line.verdict} />
          </td>
          <td>{passed(line)}</td>
          <td>{line.asked.by}</td>
          <td class="mono">{line.id}</td>
        </tr>
      ))}
    </tbody>
  </Table>
);

function passed({ isPassed, override }: ReceiptLine): string {
  if (override !== null) return `yes, by ${override.by}: ${override.reason}`;
  if (isPassed === null) return 'only asked';
  return isPassed ? 'yes' : 'no';
}
