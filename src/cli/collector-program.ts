// The collector, which is a package of its own: where that is not installed, this is said, and nothing is taken for a fault.
import { CannotError } from './command.ts';

/** Throws a CannotError where it is not there. */
export async function collectorProgram() {
  try {
    return await import('../collector/main.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CannotError('the collector is not installed here: it is in the package understudy-collector');
  }
}
