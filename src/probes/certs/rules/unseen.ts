// Rules about what could not be seen: whether that leaves the standby unknown depends on whether anybody uses it.
import type { AloneRule, Draft, PairedRule } from '../../../contract/rule.ts';
import type { Facts, Source, Unsearched } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { handshake, quoted, words } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;
type Paired = PairedRule<Facts, Settings>;

export const requiredUnseen: Alone = {
  code: 'certs/required-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A certificate that is in use, or that the settings name, could not be seen',
  why: 'The service that uses it may not start on the day: it may have expired or be missing, and nobody knows.',
  judge: (facts, { settings }) => [
    ...sourcesUnseen(facts, true),
    ...keysUnseen(facts, settings, true),
    ...placesUnseen(facts, settings, true),
  ],
  remedy: hinted,
};

export const sourceUnseen: Alone = {
  code: 'certs/source-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'A certificate that lies here could not be seen',
  why: 'It may have expired or be missing; nothing is known until it can be read.',
  judge: (facts) => sourcesUnseen(facts, false),
  remedy: hinted,
};

export const keyUnseen: Alone = {
  code: 'certs/key-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'Whether the private key belongs to its certificate could not be seen',
  why: 'A key that was not copied along with a renewed certificate shows only when the service starts, on the day of the switch.',
  judge: (facts, { settings }) => keysUnseen(facts, settings, false),
  remedy: hinted,
};

export const placeUnseen: Alone = {
  code: 'certs/place-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'A place where certificates usually lie could not be searched',
  why: 'Certificates in it are neither checked nor compared with the primary’s.',
  judge: (facts, { settings }) => placesUnseen(facts, settings, false),
  remedy: hinted,
};

export const primaryUnseen: Paired = {
  code: 'certs/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A certificate that the primary uses, or that its settings name, could not be seen there',
  why: 'Whether the standby has one that takes its part is not known.',
  judge: (_standby, primary, { primary: { settings } }) => ofPrimary(primary, settings, true),
  remedy: onPrimary,
};

export const primaryPlaceUnseen: Paired = {
  code: 'certs/primary-place-unseen',
  kind: 'paired',
  severity: 'warning',
  title: 'Not every place of the primary where certificates lie could be seen',
  why: 'What lies there, and is missing here, stays hidden. No configuration that was read names it.',
  judge: (_standby, primary, { primary: { settings } }) => ofPrimary(primary, settings, false),
  remedy: onPrimary,
};

const ofPrimary = (primary: Facts, settings: Settings, isForRequired: boolean): readonly Draft[] =>
  [...sourcesUnseen(primary, isForRequired), ...placesUnseen(primary, settings, isForRequired)].map(({ subject, expected, actual }) => ({
    subject: `primary’s ${subject}`,
    expected,
    actual,
  }));

function onPrimary(): string {
  return '# On the primary, which shows why it cannot be seen:\n$ understudy explain certs';
}

function hinted(draft: Draft): string {
  return `# ${words(draft).hint}\n$ ${words(draft).command}`;
}

const sourcesUnseen = (facts: Facts, isForRequired: boolean): readonly Draft[] =>
  facts.sources.filter((source) => isRequired(source, facts) === isForRequired).flatMap(unseenParts);

/**
 * What the settings name, what a service is configured with, and who answers for it. A keystore or wallet that was only found needs a
 * password that nobody gave; a file that a listener serves is seen there; and of a damaged one the certificate itself may be there.
 */
function isRequired({ foundBy, kind, where, content }: Source, { sources }: Facts): boolean {
  if (foundBy === 'settings') return true;
  if (foundBy === 'usual place' || foundBy === 'listening' || kind === 'store' || kind === 'wallet') return false;
  if (content.kind === 'seen') return content.chains.length === 0;
  return !sources.some((other) => other.kind === 'listener' && other.content.kind === 'seen' && other.shouldServe.includes(where));
}

function unseenParts(source: Source): readonly Draft[] {
  const draft = (actual: string, subject = source.where): Draft => ({
    subject,
    expected: 'seen',
    actual,
    with: sightWords(source, actual),
  });
  const { content, wallet } = source;
  const autoLogin =
    wallet?.autoLogin.kind === 'unseen' && content.kind !== 'unseen' ? [draft(wallet.autoLogin.detail, `${source.where}/cwallet.sso`)] : [];
  if (content.kind === 'unseen') return [draft(content.detail), ...autoLogin];
  if (content.kind === 'seen' && content.damaged.length > 0) return [draft(content.damaged.join('; ')), ...autoLogin];
  return autoLogin;
}

interface Hint {
  readonly hint: string;
  readonly command: string;
}

function sightWords({ kind, where, content }: Source, detail: string): { readonly hint: string; readonly command: string } {
  const path = quoted(where);
  const readable = `sudo setfacl -m u:understudy:r ${path}`;
  if (kind === 'listener') return { hint: 'Ask it by hand; if it speaks no TLS, take it out of the settings:', command: handshake(where) };
  if (detail.includes('password'))
    return {
      hint: 'Name its passwordFile under stores, readable by the agent, and prove the password:',
      command: `openssl pkcs12 -in ${path} -nokeys -info`,
    };
  if (kind === 'wallet')
    return { hint: 'As the wallet’s owner, with Oracle’s own tool:', command: `orapki wallet display -wallet ${path} -complete` };
  if (content.kind === 'unseen' && content.reason === 'denied') return { hint: 'Let the agent read it:', command: readable };
  return { hint: 'See what it is, and replace it or take it out of the settings:', command: `sudo file ${path}` };
}

/** Keys are their service's alone, so that an agent sees none of them unless it is let; whoever names one wants it compared. */
function keysUnseen({ sources }: Facts, settings: Settings, isForRequired: boolean): readonly Draft[] {
  return sources.flatMap((source) => {
    if (source.content.kind !== 'seen' || source.content.key.kind !== 'unseen') return [];
    const { path, reason, detail } = source.content.key;
    if (isKeyNamed(settings, path) !== isForRequired) return [];
    const isClosed = reason === 'denied' && !detail.includes('encrypted');
    const command = isClosed ? `sudo setfacl -m u:understudy:r ${quoted(path)}` : `sudo openssl pkey -in ${quoted(path)} -noout`;
    const hint = 'Let the agent read the key, or set checkKeys to false to leave keys alone.';
    return [{ subject: source.where, expected: `${path} can be compared`, actual: detail, with: { hint, command } satisfies Hint }];
  });
}

const isKeyNamed = (settings: Settings, path: string): boolean =>
  settings.files.some((file) => typeof file !== 'string' && file.keyFile === path);

const placesUnseen = ({ unsearched }: Facts, settings: Settings, isForRequired: boolean): readonly Draft[] =>
  unsearched
    .filter((one) => isPlaceNamed(settings, one) === isForRequired)
    .map(({ place, detail }) => ({
      subject: place,
      expected: 'searched',
      actual: detail,
      with: {
        hint: 'Let the agent in, or name the certificates under files and set discover to false.',
        command: `sudo setfacl -m u:understudy:rx ${quoted(place)}`,
      } satisfies Hint,
    }));

/** The pattern itself, or a folder on its way. */
function isPlaceNamed({ files, authorities }: Settings, { place }: Unsearched): boolean {
  const named = [...files.map((file) => (typeof file === 'string' ? file : file.path)), ...authorities];
  return named.some((path) => {
    const fixed = path.replace(/[*?[{].*$/, '');
    return path === place || path.startsWith(`${place}/`) || (fixed !== path && place.startsWith(fixed));
  });
}
