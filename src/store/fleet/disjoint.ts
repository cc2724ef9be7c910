// Puts spans into the order of time, where a clock that was set back made some of them tell of one time twice.

interface Span {
  readonly from: number;
  readonly until: number;
}

/** Given in the order in which they were begun; of a time that several tell of, the one begun last tells. Ascending, none over another. */
export function disjoint<S extends Span>(spans: readonly S[]): readonly S[] {
  const told: S[] = [];
  for (const span of spans) {
    const before = told.findLastIndex(({ until }) => until <= span.from);
    // Hardly ever any.
    const touched = told.splice(before + 1);
    const left = touched.filter(({ from }) => from < span.from).map((one) => ({ ...one, until: span.from }));
    const right = touched.filter(({ until }) => until > span.until).map((one) => ({ ...one, from: Math.max(one.from, span.until) }));
    told.push(...left, span, ...right);
  }
  return told;
}
