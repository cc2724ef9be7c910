// The frame of a view: its one heading, where it stands, and what can be done with it. Says the title to the window.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Verdict } from '../../contract/finding.ts';
import { shownTitle } from '../format/words.ts';
import './page.css';

interface PageProps {
  readonly title: string;
  /** Shown instead of the title where more than text is needed; it says the same. */
  readonly heading?: ComponentChildren;
  /** What the window's title begins with: of several tabs it tells which needs somebody. Null: not known; left out: not asked for yet. */
  readonly verdict?: Verdict | null | undefined;
  /** Links to what this is part of, outermost first. */
  readonly within?: readonly { readonly name: string; readonly href: string }[];
  /** What can be done with the whole of it. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, heading = title, verdict, within = [], actions, children }: PageProps) {
  useLayoutEffect(() => {
    document.title = [...(verdict === undefined ? [] : [shownTitle(verdict)]), title, 'Understudy'].join(' · ');
  }, [title, verdict]);
  return (
    <div class="page">
      <header class="page-head">
        <div class="page-title">
          {within.length > 0 && (
            <nav aria-label="Where this stands">
              <ol class="page-within">
                {within.map(({ name, href }) => (
                  <li key={href}>
                    <a href={href}>{name}</a>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          {/* The router gives it the focus, so that a screen reader begins here. */}
          <h1 tabIndex={-1}>{heading}</h1>
        </div>
        {actions !== undefined && <div class="page-actions no-print">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
