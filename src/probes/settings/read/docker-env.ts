// Environment files as `docker run --env-file` reads them (docker/cli, pkg/kvfile): a line a variable, verbatim.
import { strictEnvText } from './env-text.ts';
import { type Gathered, unparsable } from './gather.ts';
import { pemLines } from './pem.ts';
import { flatKey } from './steps.ts';

/**
 * No quotes, no escapes, no substitution: what stands behind the first `=` is the value, its quotes too. A line without `=` takes the
 * variable over from whoever starts the container, so it sets nothing here. White space in a name makes docker refuse the whole file.
 */
export function readDockerEnv(bytes: Uint8Array, into: Gathered): void {
  const pem = pemLines();
  const lines = strictEnvText(bytes)
    .replace(/^\uFEFF/, '')
    .split('\n');
  for (const [at, whole] of lines.entries()) {
    const line = whole.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    if (pem.has(line)) into.stray(at + 1);
    else take(line, at + 1, into);
    pem.passed(line);
  }
}

function take(text: string, line: number, into: Gathered): void {
  const equals = text.indexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  if (name === '' || /\s/.test(name)) throw unparsable(line);
  if (equals === -1) into.stray(line);
  else into.put(flatKey(name), text.slice(equals + 1));
}
