// argv to command. The exit code is set, not forced, so that what was written reaches a slow reader.
import { runCommandLine } from './cli/command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
