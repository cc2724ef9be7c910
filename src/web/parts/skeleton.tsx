// Where something will stand that has not come yet. Says so; shows no state, so that nobody takes it for one.
import './skeleton.css';

interface SkeletonProps {
  readonly lines?: number;
  /** What is being asked for. */
  readonly what?: string;
}

export function Skeleton({ lines = 3, what = 'this' }: SkeletonProps) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Asking for {what} …</span>
      {Array.from({ length: lines }, (_, line) => (
        <span class="skeleton-line" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
