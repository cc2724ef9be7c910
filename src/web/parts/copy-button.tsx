// Copies a text, and says that it has, or that the browser would not.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  /** For a screen reader, where several stand on a page: what is copied. */
  readonly of?: string;
}

/** As long as it takes to read two words, twice. */
const saidMs = 2_000;

export function CopyButton({ text, label = 'Copy', of }: CopyButtonProps) {
  const said = useSignal<'' | 'Copied' | 'Not copied'>('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (): Promise<void> => {
    said.value = (await copyText(text)) ? 'Copied' : 'Not copied';
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      said.value = '';
    }, saidMs);
  };
  return (
    <>
      <Button class="copy-button no-print" onClick={copy} aria-label={of === undefined ? undefined : `${label} ${of}`}>
        {said.value === '' ? label : said.value}
      </Button>
      <span class="visually-hidden" role="status">
        {said.value}
      </span>
    </>
  );
}
