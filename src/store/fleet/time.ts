// The span of time that a question is about, where it names none.

/** Both ends belong to it. */
export const always = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
