// Saves what the collector answers as a file. Asked for with the token, which a link could not send along.
import { askText } from '../api/ask.ts';

/** The browser reads the file at once; then its memory is given back. */
const keepMs = 60_000;

/** Throws AskFailed. */
export async function download(address: string, nameOtherwise: string): Promise<void> {
  const response = await askText(address);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(response.headers.get('content-disposition')) ?? nameOtherwise;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), keepMs);
}

/** As our collector writes it: `attachment; filename="…"`, with nothing in it that would have to be unquoted. */
export function fileNameOf(disposition: string | null): string | null {
  return /\bfilename="([^"\\/]+)"/.exec(disposition ?? '')?.[1] ?? null;
}
