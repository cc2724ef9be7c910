// Everything that can be found without being told.
import type { Machine } from '../../../contract/machine.ts';
import { findInApache } from './apache.ts';
import { ConfigFiles } from './config-files.ts';
import type { Discovery } from './found.ts';
import { findInNginx } from './nginx.ts';
import { findInServices } from './services.ts';
import { findInUsualPlaces } from './usual-places.ts';

export async function discover(machine: Machine): Promise<Discovery> {
  const files = new ConfigFiles(machine);
  const configured = [...(await findInNginx(files)), ...(await findInApache(files)), ...(await findInServices(files))];
  const usual = await findInUsualPlaces(machine);
  return { found: [...configured, ...usual.found], unsearched: [...files.unsearched, ...usual.unsearched] };
}
