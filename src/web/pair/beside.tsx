// What is beside what should be, with what differs marked: the standby at the left and its primary at the right, as everywhere.
import type { Finding } from '../../contract/finding.ts';
import { shownText } from '../format/shown-text.ts';
import { differing } from './differing.ts';
import { Marked } from './marked.tsx';

export interface BesideProps {
  readonly finding: Pick<Finding, 'kind' | 'subject' | 'expected' | 'actual'>;
}

export function Beside({ finding: { kind, subject, expected, actual } }: BesideProps) {
  const both = differing(shownText(expected), shownText(actual));
  return (
    <dl class="beside">
      <div>
        <dt>Subject</dt>
        <dd class="beside-subject">{shownText(subject)}</dd>
      </div>
      <div>
        <dt>{kind === 'paired' ? 'Actual, on the standby' : 'Actual'}</dt>
        <dd class="beside-actual">
          <Marked pieces={both.actual} />
        </dd>
      </div>
      <div>
        <dt>{kind === 'paired' ? 'Expected, by its primary' : 'Expected'}</dt>
        <dd>
          <Marked pieces={both.expected} />
        </dd>
      </div>
    </dl>
  );
}
