// Keeps the body of a certificate or key, where it stands in a file without quotes, from being taken for names.

/** Tells lines of a certificate or key, which are no assignments even where a name and `=` stand in them. */
export function pemLines() {
  let isInside = false;
  return {
    has(line: string): boolean {
      isInside &&= bodyLine.test(line.trim());
      return isInside;
    },
    /** What was taken as an assignment, or as a line of the body. */
    passed(text: string): void {
      const [begin, end] = [text.lastIndexOf('-----BEGIN '), text.lastIndexOf('-----END ')];
      if (begin !== -1 || end !== -1) isInside = begin > end;
    },
  };
}

const bodyLine = /^(?:[A-Za-z0-9+/]*={0,2}|[A-Za-z-]+: .*|-----END .*)["']?$/;
