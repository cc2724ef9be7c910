// What mends a finding: what is typed set apart from what says where and why, and copied without it.
import { useId } from 'preact/hooks';
import { shownText } from '../format/shown-text.ts';
import { CopyCommands } from './copy-commands.tsx';
import { commandsOf, hasBlanks, remedyLines } from './remedy-lines.ts';

export function RemedyPanel({ remedy }: { readonly remedy: string }) {
  const lines = remedyLines(shownText(remedy));
  const commands = commandsOf(lines);
  const hint = useId();
  if (lines.length === 0) return <p class="quiet">Nothing is known that mends it in general.</p>;
  return (
    <>
      <div class="remedy">
        {lines.map(({ kind, text }, at) =>
          kind === 'command' ? (
            <pre key={at} class="remedy-command">
              <code>{text}</code>
            </pre>
          ) : (
            <p key={at}>{text}</p>
          ),
        )}
      </div>
      {commands !== '' && <CopyCommands commands={commands} />}
      {hasBlanks(commands) && (
        <p id={hint} class="quiet">
          What stands in angle brackets is to be filled in first.
        </p>
      )}
    </>
  );
}
