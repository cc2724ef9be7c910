// Reads what the capture units left of questions that only the owner of a home may ask.
import type { Machine } from '../../contract/machine.ts';
import { type Capture, parseCapture } from '../../formats/capture.ts';

export interface OwnedCapture extends Capture {
  /** What it is of: `inventory`, `lspatches`, `release`, `database`. */
  readonly of: string;
  /** By the name of its folder, which root makes for each user. */
  readonly user: string;
  /** User id of whoever wrote it: it is believed about homes of that user only. */
  readonly uid: number;
}

export interface Captures {
  readonly all: readonly OwnedCapture[];
  /** Why some or all may be missing here; null where the folder was seen whole. */
  readonly problem: string | null;
}

/** A home, its release and its databases: 2 files a home and 1 a database, for some users. */
const capturesMax = 200;
/** The list of a thousand patches is 100 KiB. */
const captureBytesMax = 1_048_576;
/** What lies further ahead of this clock was made under another one. */
const aheadMaxMs = 60_000;

/** Of every user: `<folder>/oracle-<user>/<what>.capture`. */
export async function readCaptures(port: Machine, folder: string): Promise<Captures> {
  const found = await port.glob(`${folder}/oracle-*/*.capture`, { entriesMax: capturesMax });
  if (found.kind === 'failed') return { all: [], problem: 'the folder of captures could not be read' };
  const read = await Promise.all(found.paths.map((path) => readOne(port, path)));
  const all = read.filter((one) => one !== null);
  const isWhole = found.denied.length === 0 && !found.isCut && all.length === read.length;
  return { all, problem: isWhole ? null : 'some captures could not be read' };
}

/** The folder belongs to the user who writes there, and a link in it would lead the agent to files that are not that user's to show. */
async function readOne(port: Machine, path: string): Promise<OwnedCapture | null> {
  const [folder, real] = await Promise.all([port.realPath(path.slice(0, path.lastIndexOf('/'))), port.realPath(path)]);
  const name = path.slice(path.lastIndexOf('/'));
  if (folder.kind !== 'real-path' || real.kind !== 'real-path' || real.path !== folder.path + name) return null;
  const [stat, file] = await Promise.all([port.stat(path), port.readFile(path, { bytesMax: captureBytesMax })]);
  if (stat.kind !== 'stat' || file.kind !== 'file' || file.isCut) return null;
  const capture = parseCapture(file.bytes);
  if (capture === null || capture.at > port.now() + aheadMaxMs) return null;
  return { ...capture, of: capture.header.get('of') ?? '', user: /\/oracle-([^/]+)\/[^/]*$/.exec(path)?.[1] ?? '', uid: stat.uid };
}

/** The newest capture of that kind about a home, by the home's owner or root. */
export const captureOf = (
  captures: Captures,
  of: string,
  about: Readonly<Record<string, string>>,
  uid: number | null,
): OwnedCapture | null =>
  captures.all
    .filter((one) => one.of === of && isBelieved(one, uid) && Object.entries(about).every(([key, value]) => one.header.get(key) === value))
    .reduce<OwnedCapture | null>((newest, one) => (newest === null || one.at > newest.at ? one : newest), null);

const isBelieved = (capture: OwnedCapture, uid: number | null): boolean => uid === null || capture.uid === uid || capture.uid === 0;
