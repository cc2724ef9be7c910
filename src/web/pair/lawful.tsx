// What was declared that it may differ, and whether it still does.
import type { AppliedLawful } from '../../contract/lawful.ts';
import { shownText } from '../format/shown-text.ts';
import { Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { fieldWords } from './field-words.ts';
import { lawfulWords } from './words.ts';

export function Lawful({ lawful }: { readonly lawful: readonly AppliedLawful[] }) {
  if (lawful.length === 0) return null;
  return (
    <section>
      <h2 class="findings-title">
        Lawful differences <span class="findings-count">{lawful.length}</span> <small>declared in the fleet file; no rule sees them</small>
      </h2>
      <Table caption="Lawful differences" class="lawful">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Field</th>
            <th scope="col">Why it may</th>
            <th scope="col">Until</th>
            <th scope="col">At present</th>
          </tr>
        </thead>
        <tbody>
          {lawful.map(({ check, field, reason, until, state }) => (
            <tr key={`${check} ${field} ${reason}`} data-lawful={state}>
              <th scope="row">{check}</th>
              <td class="fact-field">{fieldWords(field)}</td>
              <td>{shownText(reason)}</td>
              <td>{until === null ? 'no end' : <Time at={until} as="absolute" />}</td>
              <td>{state === 'ended' ? <strong>{lawfulWords[state]}</strong> : lawfulWords[state]}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
