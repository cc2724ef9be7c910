// What is in the collector's package: where that is not installed, this is said, and nothing is taken for a fault.
import { CannotError } from './command.ts';

/** Throws a CannotError where it is not there. */
export const collectorProgram = () => there(import('../collector/main.ts'), 'the collector is not installed here: it is');

/** What asks OCI, in several mebibytes of Oracle's SDK. Throws a CannotError where it is not there. */
export const tenancyProgram = () => there(import('../tenancy/open.ts'), 'what asks OCI is not installed here: it is');

async function there<T>(program: Promise<T>, absence: string): Promise<T> {
  try {
    return await program;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CannotError(`${absence} in the package understudy-collector`);
  }
}
