// Something that has to be said above everything else in its place.
import type { ComponentChildren } from 'preact';
import './notice.css';

interface NoticeProps {
  readonly kind?: 'info' | 'warn' | 'bad';
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** Read out at once when it appears. */
  readonly isUrgent?: boolean;
}

export function Notice({ kind = 'info', title, children, isUrgent = false }: NoticeProps) {
  return (
    <div class="notice" data-kind={kind} {...(isUrgent ? { role: 'alert' } : {})}>
      <p class="notice-title">{title}</p>
      {children !== undefined && <div class="notice-body">{children}</div>}
    </div>
  );
}
