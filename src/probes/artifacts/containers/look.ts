// Looks at every container store of this machine that the settings ask for.
import type { Machine } from '../../../contract/machine.ts';
import type { Runtime } from '../facts.ts';
import type { ContainerSettings } from '../settings.ts';
import { lookAtCrictl } from './crictl.ts';
import { lookAtDocker } from './docker.ts';
import { lookAtPodman } from './podman.ts';
import type { Looked } from './understand.ts';
import { whoLooks } from './who.ts';

export async function lookAtStores(port: Machine, settings: ContainerSettings): Promise<Looked> {
  const asking = { port, settings };
  const looks: Readonly<Record<Runtime, () => Promise<Looked>>> = {
    podman: async () => lookAtPodman(asking, await whoLooks(port)),
    docker: () => lookAtDocker(asking),
    crictl: () => lookAtCrictl(asking),
  };
  const looked = await Promise.all(settings.runtimes.toSorted().map((runtime) => looks[runtime]()));
  return { stores: looked.flatMap(({ stores }) => stores), ages: new Map(looked.flatMap(({ ages }) => [...ages])) };
}
