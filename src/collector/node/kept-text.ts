// A text that is replaced with every poll, outside the heap and in the same place: as a string each would grow old, and to collect those of a
// fleet took half of what polling it costs.

export interface KeptText {
  put(text: string): void;
  get(): string;
  /** Another one after each `put`. */
  version(): number;
}

/** Counts and times grow by a digit now and then. */
const slackBytes = 128;

export function keptText(first: string): KeptText {
  let bytes = Buffer.alloc(0);
  let length = 0;
  let version = 0;
  const put = (text: string): void => {
    const needed = Buffer.byteLength(text);
    // Not from the pool, whose pieces keep each other alive.
    if (needed > bytes.length || needed < bytes.length / 2) bytes = Buffer.allocUnsafeSlow(needed + slackBytes);
    length = bytes.write(text);
    version++;
  };
  put(first);
  return { put, get: () => bytes.toString('utf8', 0, length), version: () => version };
}
