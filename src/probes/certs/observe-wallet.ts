// Looks at an Oracle wallet: what its PKCS#12 file holds, and how the auto-login copy beside it stands to it.
import { createHash } from 'node:crypto';
import type { Machine } from '../../contract/machine.ts';
import type { Trust } from './chain.ts';
import type { FileState, Source, Wallet } from './facts.ts';
import { passwordOf, source, storeContent } from './observe-file.ts';
import type { StoreTarget } from './source.ts';

/** Wallets hold a handful of certificates and secrets. */
const bytesMax = 2 * 1024 * 1024;

export async function observeWallet(machine: Machine, target: StoreTarget, trust: Trust): Promise<Source> {
  const folder = target.path.replace(/\/+$/, '');
  const store = await machine.readFile(`${folder}/ewallet.p12`, { bytesMax });
  const autoLogin = await machine.readFile(`${folder}/cwallet.sso`, { bytesMax });
  const wallet: Wallet = { store: stateOf(store), autoLogin: stateOf(autoLogin), autoLoginKind: target.autoLogin ?? 'unseen' };
  const content =
    store.kind === 'missing' ? withoutStore(wallet.autoLogin) : await storeContent(store, await passwordOf(machine, target), trust);
  return { ...source({ ...target, path: folder }, 'wallet', content), wallet };
}

/** The format of cwallet.sso is Oracle's secret: it is there, it is not read. */
function withoutStore(autoLogin: FileState): Source['content'] {
  switch (autoLogin.kind) {
    case 'missing':
      return { kind: 'missing' };
    case 'unseen':
      return autoLogin;
    case 'present':
      return { kind: 'unseen', reason: 'unreadable', detail: 'only cwallet.sso is there, which none but Oracle’s own tools can read' };
  }
}

function stateOf(file: Awaited<ReturnType<Machine['readFile']>>): FileState {
  switch (file.kind) {
    case 'missing':
      return { kind: 'missing' };
    case 'failed':
      return { kind: 'unseen', reason: file.reason, detail: file.detail };
    case 'file': {
      const sha256 = file.isCut ? null : createHash('sha256').update(file.bytes).digest('hex');
      return { kind: 'present', modifiedAt: new Date(file.modifiedMs).toISOString(), sha256 };
    }
  }
}
