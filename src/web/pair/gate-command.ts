// The command that asks the gate for a group, as it can be typed on the machine of whoever reads this page.

/** Where a collector listens unless told otherwise: there the command needs no address. */
const usualAddress = 'http://127.0.0.1:7808';

/** `base` is an address of the page, with or without what stands behind its folder. */
export function gateCommand(group: string, base: string): string {
  const address = new URL('.', base).href.replace(/\/+$/, '');
  const where = address === usualAddress ? '' : ` --collector ${quoted(address)}`;
  return `understudy gate ${quoted(group)}${where}`;
}

const quoted = (word: string): string => (/^[\w.:/@+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
