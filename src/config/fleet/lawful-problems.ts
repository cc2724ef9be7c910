// What is wrong with lawful differences: checks, fields and pairs that are not there, and days that no calendar has.

import { regionPair } from '../../contract/region.ts';
import type { ConfigError } from '../config-error.ts';
import { didYouMean } from '../nearest.ts';
import type { Probes } from '../parse.ts';
import { show } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';
import { fieldProblem } from './field-problem.ts';
import { mayFindMore, type WrittenGroup, writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import type { FleetFile, LawfulFile } from './schema.ts';
import { parseUntil } from './until.ts';
import type { Partly } from './without-wrong.ts';

export function lawfulProblems(file: Partly<FleetFile>, text: ConfigText, probes: Probes): readonly ConfigError[] {
  const say = sayIn(text);
  const isAnyFound = mayFindMore(file);
  return writtenGroups(file).flatMap((written) => {
    const expected = (written.group.expect?.checks ?? []).filter((check) => check !== undefined);
    const checks = [...new Set([...probes.keys(), ...expected])];
    return (written.group.lawful ?? []).flatMap((lawful, index) => {
      const pointer = `${written.pointer}/lawful/${index}`;
      return [
        ...checkProblems(lawful?.check, `${pointer}/check`, checks, say),
        ...fieldProblems(lawful ?? {}, `${pointer}/field`, probes, say),
        ...(isAnyFound ? [] : pairProblems(lawful?.pairs ?? [], `${pointer}/pairs`, written, say)),
        ...untilProblems(lawful?.until, `${pointer}/until`, say),
      ];
    });
  });
}

/** An agent may have a check of any name; the group then says that it expects it, or a misspelt one would excuse nothing. */
function checkProblems(check: string | undefined, pointer: string, known: readonly string[], say: Say): readonly ConfigError[] {
  if (check === undefined || known.includes(check)) return [];
  return [say(pointer, `${show(check)} is neither a probe nor among expect.checks of this group${didYouMean(check, known)}`)];
}

/** A check with the name of a probe uses that probe, so that its facts are known. */
function fieldProblems({ check, field }: Partly<LawfulFile>, pointer: string, probes: Probes, say: Say): readonly ConfigError[] {
  const problem = field === undefined ? null : fieldProblem(field, probes.get(check ?? '')?.facts ?? null);
  return problem === null ? [] : [say(pointer, problem)];
}

function pairProblems(pairs: readonly (string | undefined)[], pointer: string, group: WrittenGroup, say: Say): readonly ConfigError[] {
  const known = [...group.pairs.map(({ name }) => name), ...(group.regions.length > 0 ? [regionPair] : [])];
  return pairs.flatMap((pair, index) =>
    pair === undefined || known.includes(pair)
      ? []
      : [say(`${pointer}/${index}`, `${group.name} has no pair ${show(pair)}${didYouMean(pair, known)}`)],
  );
}

function untilProblems(until: string | undefined, pointer: string, say: Say): readonly ConfigError[] {
  if (until === undefined) return [];
  const read = parseUntil(until);
  return typeof read === 'number' ? [] : [say(pointer, read.message)];
}
