// What the matrix does not show, so that nobody takes it for the whole.
import { counted } from '../format/counts.ts';
import { Notice } from '../parts/notice.tsx';

interface LeftOutProps {
  /** Nodes that are heard and stand in no pair. */
  readonly unassigned: number;
  /** Of the inventory. */
  readonly problems: readonly string[];
}

export function LeftOut({ unassigned, problems }: LeftOutProps) {
  if (unassigned === 0 && problems.length === 0) return null;
  const isOne = unassigned === 1;
  return (
    <Notice kind="warn" title="This may not be all of it">
      <ul>
        {unassigned > 0 && (
          <li>
            {counted(unassigned, 'node')} {isOne ? 'answers and stands' : 'answer and stand'} in no pair: {isOne ? 'it is' : 'they are'} not
            judged.
          </li>
        )}
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Notice>
  );
}
