// How the same is asked from a terminal, with an exit code and a signed receipt.
import { CopyButton } from '../parts/copy-button.tsx';
import { gateCommand } from './gate-command.ts';

export function GateLine({ group }: { readonly group: string }) {
  const command = gateCommand(group, document.baseURI);
  return (
    <p class="gate-line no-print">
      <span class="quiet">To ask whether {group} may fail over, from a terminal:</span> <code>{command}</code>{' '}
      <CopyButton text={command} of="the gate command" />
    </p>
  );
}
