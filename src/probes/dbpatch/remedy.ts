// The commands that remedies of this probe have in common.
import type { Home } from './facts.ts';

/** Never root, whom opatch refuses. */
export const ownerOf = (home: Pick<Home, 'owner'> | undefined): string => home?.owner ?? 'oracle';

/** Enables the capture of what only that user may ask, and takes the first one now. */
export const captureCommands = (owner: string): string =>
  `$ sudo systemctl enable --now understudy-capture-oracle@${owner}.timer\n$ sudo systemctl start understudy-capture-oracle@${owner}.service`;

export const opatchCommand = (owner: string, home: string, verb: string): string =>
  `$ sudo -u ${owner} env ORACLE_HOME=${home} ${home}/OPatch/opatch ${verb}`;

export const sqlplusCommand = (owner: string, home: string, sid: string): string =>
  `$ sudo -u ${owner} env ORACLE_HOME=${home} ORACLE_SID=${sid} ${home}/bin/sqlplus / as sysdba`;
