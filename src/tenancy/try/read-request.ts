// Takes the request from stdin, whole and bounded.
import type { CloudRequest } from '../../contract/cloud.ts';

/** A hundred calls with the longest names that OCI allows are a tenth of this. */
const bytesMax = 524_288;

/** Its shape is the business of who starts this process, who has it as a value of that type. */
export async function readRequest(input: AsyncIterable<Buffer | string>): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > bytesMax) throw new Error(`the request is larger than ${bytesMax} bytes`);
    chunks.push(part);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as CloudRequest;
}
