// Sets two sides beside each other once for all rules of one judging: five thousand paths cost a fifth of a second.

type Compare<Facts, Context extends object, Answer> = (standby: Facts, primary: Facts, context: Context) => Answer;

/** A judging gives every rule the same context. */
export function once<Facts, Context extends object, Answer>(compare: Compare<Facts, Context, Answer>): Compare<Facts, Context, Answer> {
  const known = new WeakMap<Context, { readonly standby: Facts; readonly primary: Facts; readonly answer: Answer }>();
  return (standby, primary, context) => {
    const before = known.get(context);
    if (before !== undefined && before.standby === standby && before.primary === primary) return before.answer;
    const answer = compare(standby, primary, context);
    known.set(context, { standby, primary, answer });
    return answer;
  };
}
