// What an operator may tell the database patch probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { defaultCaptureFolder } from '../../formats/capture.ts';

const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { default: [], maxItems: 100, description });

export const DbpatchSettingsSchema = Type.Object(
  {
    homes: Type.Array(Type.String({ pattern: '^/', maxLength: 500 }), {
      default: [],
      maxItems: 32,
      description: 'Oracle homes to look at beside those that the central inventory and oratab list',
    }),
    ignoreHomes: names('Homes that are not looked at: paths, with * as a wildcard'),
    ignoreDatabases: names('Databases that are not looked at: names as oratab has them, with * as a wildcard'),
    runsFromHomes: Type.Boolean({
      default: true,
      description:
        'Run sqlplus -v from a home of which no capture tells the release; false where the agent may run nothing that the database’s owner can change',
    }),
    captureStaleAfter: Type.String({
      pattern: durationPattern,
      default: '3h',
      description: 'How old a capture may be of what changes without a trace in the inventory: the databases’ own patch registry',
    }),
    aheadAtMost: Type.String({
      pattern: durationPattern,
      default: '30d',
      description: 'How long a standby may be patched further than its primary (standby-first) before that is a warning',
    }),
    opatchAtLeast: Type.Optional(
      Type.String({
        pattern: '^[0-9]+(\\.[0-9]+){2,6}$',
        description: 'The oldest version of opatch that the next patches can be applied with',
      }),
    ),
    captureFolder: Type.String({
      pattern: '^/',
      default: defaultCaptureFolder,
      description: 'Folder with what the owners of the homes were asked for (opatch lspatches, the databases’ patch registry)',
    }),
  },
  { additionalProperties: false },
);

export type DbpatchSettings = Static<typeof DbpatchSettingsSchema>;

export const defaultSettings: DbpatchSettings = {
  homes: [],
  ignoreHomes: [],
  ignoreDatabases: [],
  runsFromHomes: true,
  captureStaleAfter: '3h',
  aheadAtMost: '30d',
  captureFolder: defaultCaptureFolder,
};

/** Whether one of the patterns, in which `*` stands for any text, is the whole name. */
export const isNamed = (name: string, patterns: readonly string[]): boolean => patterns.some((pattern) => isLike(name, pattern));

/** Walks once through the name, so that no pattern of an operator takes long. */
function isLike(name: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
