// What every rule of a probe needs is worked out by the first of them: a judging runs all rules over the same facts and context.

/** The same result for the same three objects; only the last pair of each context is kept, and goes with it. */
export function onceAJudging<Standby extends object, Primary extends object, Context extends object, Result>(
  work: (standby: Standby, primary: Primary, context: Context) => Result,
): (standby: Standby, primary: Primary, context: Context) => Result {
  const known = new WeakMap<Context, { readonly standby: Standby; readonly primary: Primary; readonly result: Result }>();
  return (standby, primary, context) => {
    const last = known.get(context);
    if (last !== undefined && last.standby === standby && last.primary === primary) return last.result;
    const result = work(standby, primary, context);
    known.set(context, { standby, primary, result });
    return result;
  };
}
