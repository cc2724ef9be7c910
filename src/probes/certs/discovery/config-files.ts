// Reads a tree of configuration files through the port, bounded, and remembers what it could not see.
import type { Machine } from '../../../contract/machine.ts';
import type { Unsearched } from '../facts.ts';

/** nginx's own default for nested includes is unbounded; nobody nests or splits deeper by hand. */
const filesMax = 300;
export const includeDepthMax = 8;
const fileBytesMax = 512 * 1024;

export class ConfigFiles {
  readonly unsearched: Unsearched[] = [];
  readonly #machine: Machine;
  #read = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The text, or null where there is none; what exists and could not be read is remembered. */
  async read(path: string): Promise<string | null> {
    if (++this.#read > filesMax) return this.#missed(path, 'too-much-output', `more than ${filesMax} configuration files`);
    const file = await this.#machine.readFile(path, { bytesMax: fileBytesMax });
    if (file.kind === 'missing') return null;
    if (file.kind === 'failed') return this.#missed(path, file.reason, file.detail);
    if (file.isCut) return this.#missed(path, 'too-much-output', `larger than ${fileBytesMax} bytes`);
    return file.text;
  }

  /** Paths that a pattern stands for; a plain path stands for itself. */
  async expand(pattern: string): Promise<readonly string[]> {
    if (!/[*?[{]/.test(pattern)) return [pattern];
    const listed = await this.#machine.glob(pattern, { entriesMax: filesMax });
    if (listed.kind === 'failed') {
      this.#missed(pattern, listed.reason, listed.detail);
      return [];
    }
    for (const folder of listed.denied) this.#missed(folder, 'denied', 'the folder may not be entered');
    if (listed.isCut) this.#missed(pattern, 'too-much-output', `more than ${filesMax} files`);
    return listed.paths;
  }

  #missed(place: string, reason: Unsearched['reason'], detail: string): null {
    if (!this.unsearched.some((known) => known.place === place)) this.unsearched.push({ place, reason, detail });
    return null;
  }
}
