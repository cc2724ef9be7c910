// A process that tries calls to the cloud as the instance it runs on: one CloudRequest on stdin, one CloudTried on stdout, then it ends.
import { readRequest } from './read-request.ts';
import { silenceConsole } from './silence.ts';
import { tryCalls } from './try-calls.ts';

// Oracle's SDK reports on the console whatever goes wrong; stdout is the answer's alone.
silenceConsole();
const tried = await tryCalls(await readRequest(process.stdin));
// Connections that are kept open would hold the process for seconds.
process.stdout.write(`${JSON.stringify(tried)}\n`, () => process.exit(0));
