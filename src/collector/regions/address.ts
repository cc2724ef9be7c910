// How a region is told apart from other targets: it has an address like an agent, under which nobody can be dialled.
import type { Contact } from '../../config/fleet-config.ts';

const scheme = 'region:';

export const regionAddress = (group: string, site: string): string => `${scheme}${group}/${site}`;

export const isRegionAddress = (address: string): boolean => address.startsWith(scheme);

export const regionContact = (address: string): Contact => ({
  address,
  tokenFile: null,
  authoritiesFile: null,
  certificateFile: null,
  keyFile: null,
  serverName: null,
});
