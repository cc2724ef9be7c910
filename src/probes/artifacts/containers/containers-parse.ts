// Reads what container runtimes tell of their containers: which image each is made of, and by what name it was asked for.
import type { Container } from '../facts.ts';
import { bareId, fullName, isImageId, parseReference } from './reference.ts';
import { type Row, readRows, rowIn, textIn, textsIn } from './rows.ts';

/** A container with its own id, by which more is asked about it. */
export interface Listed extends Container {
  readonly id: string;
  /** The digest that stands in the image id’s place: older containerd names the image so. */
  readonly digest: string | null;
}

/** `podman ps`, `docker ps` or `crictl ps` as JSON, whole or by the lines that this probe asks for. Null where it is none of them. */
export function parseContainers(stdout: string): readonly Listed[] | null {
  const rows = readRows(stdout, 'containers');
  if (rows === null) return null;
  const containers = rows.map(containerOf);
  return containers.every((container) => container !== null) ? containers : null;
}

function containerOf(row: Row): Listed | null {
  const id = textIn(row, 'id');
  const image = textIn(row, 'image') ?? textIn(rowIn(row, 'image'), 'userspecifiedimage', 'image');
  if (id === null || image === null) return null;
  const name = textIn(rowIn(row, 'metadata'), 'name') ?? textsIn(row, 'names', 'name')[0] ?? id.slice(0, 12);
  const told = textIn(row, 'imageid', 'imageref') ?? textIn(rowIn(row, 'image'), 'image');
  const byId = [told, image].find((text) => text !== null && isImageId(text));
  const reference = parseReference(image);
  return {
    id: bareId(id),
    name: name.replace(/^\//, ''),
    // docker puts the id in the name's place once the name means another image (moby, daemon/list.go).
    reference: reference === null ? null : fullName(reference),
    imageId: byId === undefined || byId === null ? null : bareId(byId),
    digest: parseReference(told ?? '')?.digest ?? null,
    isRunning: isRunning(row),
  };
}

function isRunning(row: Row): boolean {
  const state = textIn(row, 'state', 'status') ?? '';
  return /^(?:running|paused|up\b|container_running)/i.test(state);
}

export interface Inspected {
  readonly id: string;
  readonly imageId: string;
  /** As it was asked for: a name or an id. */
  readonly asked: string;
}

/** `docker inspect`, by the line `ID IMAGE-ID ASKED` a container, or its whole JSON. Null where it is neither. */
export function parseInspected(stdout: string): readonly Inspected[] | null {
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  const words = lines.map((line) => line.trim().split(' '));
  if (
    words.length > 0 &&
    words.every(([id = '', image = '', asked]) => /^[0-9a-f]{64}$/.test(id) && isImageId(image) && asked !== undefined)
  )
    return words.map(([id, image, asked]) => ({ id: id!, imageId: bareId(image!), asked: asked! }));
  const rows = readRows(stdout, 'containers')?.map(inspectedOf) ?? [null];
  return rows.length > 0 && rows.every((row) => row !== null) ? rows : null;
}

function inspectedOf(row: Row): Inspected | null {
  const [id, image, asked] = [textIn(row, 'id'), textIn(row, 'image'), textIn(rowIn(row, 'config'), 'image')];
  return id === null || image === null || asked === null || !isImageId(image) ? null : { id: bareId(id), imageId: bareId(image), asked };
}
