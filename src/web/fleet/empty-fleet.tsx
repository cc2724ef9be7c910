// Nothing is watched: says what to do about it.
import { Empty } from '../parts/empty.tsx';

export const EmptyFleet = ({ isPast }: { readonly isPast: boolean }) =>
  isPast ? (
    <Empty title="No group was watched then">The collector may not have run yet, or it is too long ago to be kept.</Empty>
  ) : (
    <Empty title="No group is watched yet, so nothing can be said">
      <p>
        Name your machines in the collector’s fleet file: which stand in for which, and what fails over together. The command{' '}
        <code>understudy config example fleet</code> prints one with every setting, and <code>understudy config check fleet</code> says what
        is wrong with yours. Once the file is read again, groups appear here by themselves.
      </p>
    </Empty>
  );
