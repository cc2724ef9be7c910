// On a view that knows no past, for who came from the past: what is below is of now.
import { absolute } from '../format/times.ts';
import { Notice } from '../parts/notice.tsx';
import { cameFrom, href, type Route } from './routes.ts';

export function PresentNotice({ route }: { readonly route: Route }) {
  const at = cameFrom(route);
  if (at === null) return null;
  return (
    <div class="present-notice no-print">
      <Notice title={route.kind === 'report' ? 'This report is told from what is known now' : 'This is how it stands now'}>
        <p>
          The fleet was shown as of {absolute(at)}. <a href={href.fleet({ at })}>Back to that moment</a>
        </p>
      </Notice>
    </div>
  );
}
