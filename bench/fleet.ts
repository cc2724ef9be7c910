import { measureCollector } from './fleet/collector.ts';
import { stopAll } from './processes.ts';

try {
  console.log(
    JSON.stringify(
      await measureCollector({
        count: Number(process.argv[2] ?? 1000),
        everyS: Number(process.argv[3] ?? 60),
        isTls: process.argv[4] === 'tls',
        windowMs: Number(process.argv[5] ?? 60_000),
        defects: 6,
      }),
      null,
      1,
    ),
  );
} finally {
  await stopAll();
}
