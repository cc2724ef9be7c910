// Reads server-sent events out of text that comes in pieces: https://html.spec.whatwg.org/multipage/server-sent-events.html. Pure.

export interface EventParser {
  /** What is complete with this piece: the data of each event. */
  take(piece: string): readonly string[];
}

/** Longer than any event that is sent: what has no end by then is not a stream of events. */
const pendingLengthMax = 1_000_000;

/** Throws when an event grows beyond all measure. */
export function createEventParser(): EventParser {
  let pending = '';
  let lines: string[] = [];
  return {
    take: (piece) => {
      pending += piece;
      if (pending.length > pendingLengthMax) throw new Error('An event without an end');
      const whole = pending.split(/\r\n|\n|\r(?!$)/);
      pending = whole.pop() ?? '';
      const events: string[] = [];
      for (const line of whole) {
        if (line !== '') lines.push(line);
        else {
          const data = lines.flatMap(dataIn);
          lines = [];
          if (data.length > 0) events.push(data.join('\n'));
        }
      }
      return events;
    },
  };
}

const dataIn = (line: string): readonly string[] => {
  const match = /^data(?:: ?(.*))?$/.exec(line);
  return match === null ? [] : [match[1] ?? ''];
};
