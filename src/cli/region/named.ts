// Whether a command is to look at a region, before anything of regions is loaded.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Given, Option } from '../command.ts';

/** For commands that can look at a region in place of a machine. */
export const regionOptions: Readonly<Record<'tenancy' | 'region', Option>> = {
  tenancy: {
    value: 'DIR|URL',
    describes:
      'look at a region instead: at a recorded one (see `understudy record`), or, with --region, at one whose services all answer at this address',
  },
  region: {
    value: 'GROUP/SITE',
    describes: 'look at the region that the fleet file gives this side of a group; --config is then that file',
  },
};

export const isRegionNamed = ({ values }: Pick<Given, 'values'>): boolean => values.tenancy !== undefined || values.region !== undefined;

export const isTenancyFolder = (folder: string): boolean => existsSync(join(folder, 'tenancy.yaml'));

export const whichRegion = 'say which, with --region GROUP/SITE of the fleet file, or with --tenancy DIR of a recorded one';
