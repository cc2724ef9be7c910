// What was accepted in a group and still is: by whom, why and until when.
import type { Waiver } from '../../contract/waiver.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { Empty } from '../parts/empty.tsx';
import { Showing } from '../parts/showing.tsx';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { href } from '../shell/routes.ts';

export function WaiversPart({ group }: { readonly group: string }) {
  const waivers = useResource<{ readonly waivers: readonly Waiver[] }>(addressOf('v1/waivers', { group }), { group });
  return (
    <section class="group-part" aria-labelledby="group-waivers">
      <h2 id="group-waivers">Waived</h2>
      <Showing of={waivers} what="what was waived">
        {({ waivers: standing }) => (standing.length === 0 ? <Empty title="Nothing is waived" /> : <WaiverTable waivers={standing} />)}
      </Showing>
    </section>
  );
}

const WaiverTable = ({ waivers }: { readonly waivers: readonly Waiver[] }) => (
  <Table caption="What is waived">
    <thead>
      <tr>
        <th scope="col">Until</th>
        <th scope="col">Pair</th>
        <th scope="col">Finding</th>
        <th scope="col">Reason</th>
        <th scope="col">By</th>
      </tr>
    </thead>
    <tbody>
      {waivers.map(({ id, group, pair, finding, code, subject, reason, author, until }) => (
        <tr key={id}>
          <td class="nowrap">
            <Time at={until} as="absolute" />
            <div class="quiet">
              <Time at={until} />
            </div>
          </td>
          <td>
            <a href={href.pair(group, pair, { finding })}>{pair}</a>
          </td>
          <td class="group-finding">
            <span class="mono">{code}</span>
            <div class="quiet">{subject}</div>
          </td>
          <td class="group-finding">{reason}</td>
          <td>{author}</td>
        </tr>
      ))}
    </tbody>
  </Table>
);
