// Builds the dashboard into dist/web: web.ts [--when-stale].
import { buildDashboard, compressedBytes, isStale } from './dashboard.ts';

/** What a page may weigh in all, over the wire. */
const bytesMax = 120_000;

if (!process.argv.includes('--when-stale') || isStale()) {
  const files = await buildDashboard();
  const bytes = files.reduce((sum, file) => sum + compressedBytes(file), 0);
  console.log(`dist/web: ${files.length} files, ${(bytes / 1000).toFixed(1)} kB compressed`);
  if (bytes > bytesMax) throw new Error(`The dashboard weighs ${bytes} bytes compressed, and may weigh ${bytesMax}`);
}
