// Looks at the store of the runtime behind Kubernetes (containerd, CRI-O), through crictl.
import { type Asking, askOrCapture, noteAge, type Question } from './ask.ts';
import { type Looked, storeOf, understandContainers, understandImages } from './understand.ts';

const images: Question = { spellings: [['crictl', 'images', '-o', 'json']], capture: 'crictl-images' };

const containers: Question = {
  spellings: [
    ['crictl', 'ps', '--all', '-o', 'json'],
    ['crictl', 'ps', '-o', 'json'],
  ],
  capture: 'crictl-containers',
};

export async function lookAtCrictl(asking: Asking): Promise<Looked> {
  const ages = new Map<string, number>();
  const told = await askOrCapture(asking, images);
  if (told.kind === 'failed' && told.reason === 'tool-missing') return { stores: [], ages };
  const ran = await askOrCapture(asking, containers);
  noteAge(ages, told);
  noteAge(ages, ran);
  const containersFrom = ran.kind === 'told' ? ran.learntFrom : '';
  const parts = { images: understandImages(told), containers: understandContainers(ran), containersFrom };
  return { stores: [storeOf({ runtime: 'crictl', owner: 'root', ...parts })], ages };
}
