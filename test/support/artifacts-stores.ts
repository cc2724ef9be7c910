// Container stores that hold what a test of the artifacts probe says.
import { createHash } from 'node:crypto';
import type { Container, Image, Runtime } from '../../src/probes/artifacts/facts.ts';
import { type Look, look, type Written } from './artifacts-look.ts';
import { recordedMachine } from './recorded.ts';

export const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export function digestOf(text: string): string {
  return `sha256:${hex(`manifest of ${text}`)}`;
}

/** Its id and digest follow from the text. */
export function image(content: string, names: readonly string[], digests = [digestOf(content)]): Image {
  return { id: hex(content), names: [...names], digests };
}

export const container = (name: string, reference: string | null, content: string, isRunning = true): Container => ({
  name,
  reference,
  imageId: hex(content),
  isRunning,
});

/** Null where the containers are not seen. */
export async function storeLook(
  images: readonly Image[],
  containers: readonly Container[] | null,
  written: Written = {},
  runtime: Runtime = 'podman',
): Promise<Look> {
  const machine = await recordedMachine({ commands: [{ argv: ['podman', 'images', '--format', 'json'], stdout: '[]\n' }] });
  const base = await look(machine, written);
  const [store] = base.facts.stores;
  const list = containers === null ? store!.containers : { seen: true as const, learntFrom: 'podman ps', list: [...containers] };
  return {
    ...base,
    facts: {
      ...base.facts,
      stores: [{ ...store!, runtime, images: { seen: true, learntFrom: 'podman images', list: [...images] }, containers: list }],
    },
  };
}
