// Rules about Oracle wallets, whose auto-login copy nobody but Oracle can read.
import type { AloneRule, Draft, PairedRule } from '../../../contract/rule.ts';
import type { Facts, Source, Wallet } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { quoted, words } from './judged.ts';

/** orapki writes the pair within a second; a copy may take longer to arrive. */
const sameWriteMs = 60_000;

export const autoLoginStale: AloneRule<Facts, Settings> = {
  code: 'certs/wallet-auto-login-stale',
  kind: 'alone',
  severity: 'warning',
  title: 'A wallet’s auto-login copy is older than the wallet',
  why: 'The database opens the auto-login copy, which still holds the old certificates or none of the new secrets.',
  judge: ({ sources }) =>
    wallets(sources).flatMap(({ where, wallet: { store, autoLogin } }) => {
      if (store.kind !== 'present' || autoLogin.kind !== 'present') return [];
      if (Date.parse(autoLogin.modifiedAt) >= Date.parse(store.modifiedAt) - sameWriteMs) return [];
      return [
        {
          subject: where,
          expected: `cwallet.sso written with or after ewallet.p12 (${store.modifiedAt})`,
          actual: `cwallet.sso written ${autoLogin.modifiedAt}`,
          with: { path: quoted(where) },
        },
      ];
    }),
  remedy: (draft) => rebuilt(draft),
};

export const autoLoginUnproven: AloneRule<Facts, Settings> = {
  code: 'certs/wallet-auto-login-unproven',
  kind: 'alone',
  severity: 'note',
  title: 'Whether a wallet’s auto-login copy opens on this host cannot be seen',
  why: 'A copy made with auto_login_local opens only on the host and for the user that made it. Its format is not public, so nothing here can tell.',
  judge: ({ sources }) =>
    wallets(sources)
      .filter(({ wallet }) => wallet.autoLogin.kind === 'present' && wallet.autoLoginKind === 'unseen')
      .map(({ where }) => ({
        subject: where,
        expected: 'known to be portable, or made on this host',
        actual: 'not said in the settings, and not to be seen from outside',
        with: { path: quoted(where) },
      })),
  remedy: (draft) =>
    `# As the wallet's owner; if it opens without a password, say autoLogin: portable or local for it under stores.\n$ orapki wallet display -wallet ${words(draft).path}`,
};

export const walletCopied: PairedRule<Facts, Settings> = {
  code: 'certs/wallet-copied',
  kind: 'paired',
  severity: 'warning',
  title: 'A wallet’s auto-login copy is the primary’s, byte for byte',
  why: 'If it was made with auto_login_local it does not open here, and the database starts without its wallet.',
  judge: (standby, primary) => copies(standby, primary, 'unseen'),
  remedy: (draft) => `# If it opens here, say autoLogin: portable for it under stores; if not, make a new one:\n${rebuilt(draft)}`,
};

export const localWalletCopied: PairedRule<Facts, Settings> = {
  code: 'certs/local-wallet-copied',
  kind: 'paired',
  severity: 'blocker',
  title: 'A wallet that opens only on the primary was copied to the standby',
  why: 'An auto_login_local wallet is bound to host and user: here it does not open, and the database starts without its wallet.',
  judge: (standby, primary) => copies(standby, primary, 'local'),
  remedy: (draft) => rebuilt(draft),
};

function copies(standby: Facts, primary: Facts, kind: Wallet['autoLoginKind']): readonly Draft[] {
  const theirs = new Map(
    wallets(primary.sources).flatMap(({ wallet }) =>
      wallet.autoLogin.kind === 'present' ? [[wallet.autoLogin.sha256, wallet] as const] : [],
    ),
  );
  return wallets(standby.sources).flatMap(({ where, wallet }) => {
    const sha256 = wallet.autoLogin.kind === 'present' ? wallet.autoLogin.sha256 : null;
    const original = sha256 === null ? undefined : theirs.get(sha256);
    if (original === undefined || kindOf(wallet, original) !== kind) return [];
    return [
      {
        subject: where,
        expected: 'a cwallet.sso made on this host',
        actual: `the primary’s own (${sha256?.slice(0, 16)})`,
        with: { path: quoted(where) },
      },
    ];
  });
}

/** What either side's settings say counts for both: it is the same file. */
function kindOf(ours: Wallet, theirs: Wallet): Wallet['autoLoginKind'] {
  const said = [ours.autoLoginKind, theirs.autoLoginKind];
  return said.includes('local') ? 'local' : said.includes('portable') ? 'portable' : 'unseen';
}

const rebuilt = (draft: Draft): string =>
  `# On this host, as the wallet's owner:\n$ orapki wallet create -wallet ${words(draft).path} -auto_login_local\n$ orapki wallet display -wallet ${words(draft).path}`;

const wallets = (sources: readonly Source[]): readonly (Source & { readonly wallet: Wallet })[] =>
  sources.flatMap((source) => (source.wallet === undefined ? [] : [{ ...source, wallet: source.wallet }]));
