// Receipts as files: written whole or not at all, read with a limit.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Receipt } from '../../contract/receipt.ts';
import { CannotError } from '../command.ts';
import { printableJson } from '../text/printable-json.ts';

/** What is found of a machine is not for everybody on it. */
const mode = 0o640;

/** Null when it was written; else why not. */
export async function writeReceipt(file: string, receipt: Receipt): Promise<string | null> {
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    {
      await using handle = await open(beside, 'wx', mode);
      await handle.writeFile(`${printableJson(receipt)}\n`);
      await handle.sync();
    }
    await rename(beside, file);
    return null;
  } catch (error) {
    await rm(beside, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    return `the receipt could not be written to ${file} (${code ?? message})`;
  }
}

/** Of a thousand pairs with ten findings each. */
const bytesMax = 32 * 1024 ** 2;

export async function readReceipt(file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await handle.stat();
    if (size > bytesMax) throw new CannotError(`${file} is larger than 32 MiB; no receipt is`);
    return await handle.readFile();
  } catch (error) {
    if (error instanceof CannotError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotError(code === 'ENOENT' ? `there is no ${file}` : `${file} cannot be read (${code})`);
  }
}
