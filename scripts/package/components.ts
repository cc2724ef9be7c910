// What others wrote and a package carries: each with its version, origin and licence.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Locked, locked, resolved, sha512Of } from './lock.ts';
import { missingLicences } from './missing-licences.ts';
import type { Runtime } from './node-runtime.ts';
import type { ProgramFile } from './program.ts';
import { root } from './release.ts';

export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression: what its author offers, so that a choice is still a choice. */
  readonly licence: string;
  readonly licenceText: string;
  /** Hexadecimal SHA-512 of the archive that npm pins. */
  readonly sha512: string;
  /** A package URL: https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** Those beside it that it needs, as package URLs. */
  readonly needs: readonly string[];
}

/** By package URL; what npm installed in two places is one component. */
export function componentsOf(files: readonly ProgramFile[], runtime: Runtime | null): readonly Component[] {
  const places = new Set(files.flatMap(({ inputs }) => inputs).flatMap((input) => placeOf(input) ?? []));
  const found = [...places].map((place) => component(place, join(root, place), places));
  if (runtime !== null) found.push(component(runtime.place, runtime.folder, places));
  const byPurl = new Map(found.map((one) => [one.purl, one]));
  return [...byPurl.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
}

/** `node_modules/a/node_modules/b/lib/x.js` is of `node_modules/a/node_modules/b`. */
const placeOf = (input: string): string | null => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? null;

function component(place: string, folder: string, among: ReadonlySet<string>): Component {
  const pin = locked(place);
  const name = nameOf(place);
  const needs = Object.keys(pin.dependencies ?? {})
    .flatMap((other) => resolved(place, other) ?? [])
    .filter((other) => among.has(other))
    .map(purlOf);
  const licence = pin.license;
  if (licence === undefined) throw new Error(`${place} has no licence in package-lock.json`);
  return {
    name,
    version: pin.version,
    licence,
    licenceText: licenceText(name, folder),
    sha512: sha512Of(pin),
    purl: purlOf(place),
    needs: needs.sort(),
  };
}

const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

const purlOf = (place: string): string => purl(nameOf(place), locked(place));

const purl = (name: string, { version }: Locked): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** What a package says from here on is of what it was built with, and of nothing that is taken over from it (Vite 8). */
const ofOthers = '\n# Licenses of bundled dependencies';

/** Everything beside its code that reads like a licence or a notice. */
function licenceText(name: string, folder: string): string {
  const names = readdirSync(folder).filter(
    (file) => /^(licen[cs]e|copying|notice|third.party)/i.test(file) && !/\.(js|ts|json)$/.test(file),
  );
  const texts = names.sort().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').split(ofOthers)[0]!.trim());
  if (texts.length > 0) return texts.join('\n\n');
  const known = missingLicences[name];
  if (known === undefined) throw new Error(`${folder} has no licence text${existsSync(folder) ? '' : ', it is not there'}`);
  return known;
}
