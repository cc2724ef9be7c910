// Whether a cron expression can ever fire, and how far apart it fires at most.
type CronFieldError = { readonly field: string; readonly value?: string; readonly message: string };

export type CronRead = { readonly kind: 'fires'; readonly longestGapMs: number } | { readonly kind: 'wrong'; readonly message: string };

/** Enough to meet the longest pause of a working-hours or a monthly schedule. */
const runsExamined = 200;

const fieldNames: Readonly<Record<string, string>> = {
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  dayOfMonth: 'day of the month',
  month: 'month',
  dayOfWeek: 'day of the week',
};

export async function readCron(expression: string): Promise<CronRead> {
  const { createTask, validateDetailed } = await import('node-cron');
  const { valid, errors } = validateDetailed(expression);
  if (!valid) return { kind: 'wrong', message: wrongWords(expression, errors) };
  const task = createTask(expression, () => {});
  try {
    const runs = task.getNextRuns(runsExamined).map((run) => run.getTime());
    if (runs.length === 0) return { kind: 'wrong', message: `${JSON.stringify(expression)} never fires` };
    return { kind: 'fires', longestGapMs: Math.max(0, ...runs.slice(1).map((run, index) => run - runs[index]!)) };
  } finally {
    await task.destroy();
  }
}

function wrongWords(expression: string, errors: readonly CronFieldError[]): string {
  const shown = JSON.stringify(expression);
  const [first] = errors;
  if (first?.field === 'expression')
    return `${shown} is not a cron expression; expected minute, hour, day, month and weekday, like "*/5 * * * *"`;
  if (first?.message.includes('impossible day')) return `${shown} never fires: that month has no such day`;
  return `${shown} is not a cron expression: ${JSON.stringify(first?.value ?? '')} is no ${fieldNames[first?.field ?? ''] ?? 'field'}`;
}
