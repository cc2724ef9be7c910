// Every pattern of keys that the settings hold about one source.
import type { Selection } from './settings.ts';

export function patternsIn(selection: Selection): readonly string[] {
  const { include = [], exclude = [], required = [], mayDiffer = [], mayBeMissing = [], mayNameOtherSite = [], hideNames = [] } = selection;
  return [...include, ...exclude, ...required, ...mayDiffer, ...mayBeMissing, ...mayNameOtherSite, ...hideNames];
}
