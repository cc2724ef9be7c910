// What was resolved while the page was open: whoever mends something sees that it is mended.

import { shownText } from '../format/shown-text.ts';
import { Glyph } from '../parts/glyph.tsx';
import { Time } from '../parts/time.tsx';
import type { ResolvedFinding } from './news.ts';

export function Resolved({ resolved }: { readonly resolved: readonly ResolvedFinding[] }) {
  if (resolved.length === 0) return null;
  return (
    <section class="resolved" aria-label="Resolved while you watched">
      <h2 class="findings-title">Resolved while you watched</h2>
      <ul>
        {resolved.map(({ finding, at }) => (
          <li key={`${finding.id} ${at}`}>
            <Glyph state="ready" /> {finding.title}: <span class="mono">{shownText(finding.subject)}</span>, <Time at={at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
