// Puts a text on the clipboard, also where the page came over plain HTTP from another machine and has no clipboard interface.

/** False where the browser lets no page do it: then the text has to be selected, and the reader presses Ctrl+C. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Undefined in a page that is not served securely, whatever its type says.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The older way, which is deprecated and the only one without a secure page. */
function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
