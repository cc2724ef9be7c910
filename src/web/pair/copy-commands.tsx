// A button that copies commands, and says what came of it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../format/counts.ts';
import { Button } from '../parts/button.tsx';
import { copyText } from '../parts/copy-text.ts';

/** `by-hand`: this browser lets no page copy, so that the text stands there selected. */
type Came = 'nothing-yet' | 'copied' | 'by-hand';

/** Long enough to read, short enough that it is not taken for the result of the next press. */
const saidMs = 4_000;

export function CopyCommands({ commands }: { readonly commands: string }) {
  const [came, setCame] = useState<Came>('nothing-yet');
  const area = useRef<HTMLTextAreaElement>(null);
  const count = commands.split('\n').length;
  useEffect(() => {
    if (came === 'by-hand') area.current?.select();
    if (came !== 'copied') return;
    const timer = setTimeout(() => setCame('nothing-yet'), saidMs);
    return () => clearTimeout(timer);
  }, [came]);
  const copy = async () => setCame((await copyText(commands)) ? 'copied' : 'by-hand');
  return (
    <div class="copy">
      <Button onClick={copy}>{count === 1 ? 'Copy the command' : `Copy the ${counted(count, 'command')}`}</Button>
      <span role="status" class="copy-said">
        {saidOf(came)}
      </span>
      {came === 'by-hand' && <textarea ref={area} class="copy-by-hand" readOnly rows={count} value={commands} aria-label="The commands" />}
    </div>
  );
}

function saidOf(came: Came): string {
  switch (came) {
    case 'nothing-yet':
      return '';
    case 'copied':
      return 'Copied';
    case 'by-hand':
      return 'This browser lets no page copy: press Ctrl+C';
  }
}
