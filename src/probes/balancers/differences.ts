// How a certificate of the standby differs from the one that takes its part on the primary.
import type { Certificate } from './facts.ts';
import { isCovered } from './names.ts';

/** Two regions renew the same certificate within some hours of each other. */
const dayMs = 86_400_000;

/** Positive where the standby's ends later, in milliseconds; 0 within a day, or where one of them is not known. */
export function endsLaterMs(standby: Certificate, primary: Certificate): number {
  const [ours, theirs] = [standby, primary].map(({ notAfter }) => Date.parse(notAfter ?? '')) as [number, number];
  const by = ours - theirs;
  return Number.isNaN(by) || Math.abs(by) <= dayMs ? 0 : by;
}

export const isSame = (a: Certificate, b: Certificate): boolean => a.sha256 !== null && a.sha256 === b.sha256;

/** Names of the primary's that no certificate here is valid for, in the standby's words. */
export function lostNames(
  standby: readonly Certificate[],
  primary: readonly Certificate[],
  text: (text: string) => string,
): readonly string[] {
  const here = standby.flatMap(({ names }) => names);
  const wanted = [...new Set(primary.flatMap(({ names }) => names))];
  return wanted.filter((name) => !isCovered(here, name) && !isCovered(here, text(name)));
}

/** Each of the primary's beside that of the standby which takes its part: the same one, its namesake, one with such a key, the next. */
export function pairCertificates(
  standby: readonly Certificate[],
  primary: readonly Certificate[],
  text: (text: string) => string,
): readonly { readonly standby: Certificate; readonly primary: Certificate }[] {
  const left = new Set(standby);
  const likenesses: readonly ((ours: Certificate, theirs: Certificate) => boolean)[] = [
    isSame,
    (ours, theirs) => ours.name === text(theirs.name),
    (ours, theirs) => kindOf(ours) === kindOf(theirs),
    () => true,
  ];
  const pairs: { standby: Certificate; primary: Certificate }[] = [];
  let open = [...primary];
  for (const isLike of likenesses)
    open = open.filter((theirs) => {
      const ours = [...left].find((one) => isLike(one, theirs));
      if (ours === undefined) return true;
      left.delete(ours);
      pairs.push({ standby: ours, primary: theirs });
      return false;
    });
  return pairs;
}

const kindOf = ({ key }: Certificate): string => key?.split(' ')[0] ?? '';

/** Null where neither is weaker or of another kind, or it is not known. */
export function keyDifference(standby: Certificate, primary: Certificate): string | null {
  if (standby.key === null || primary.key === null || standby.key === primary.key) return null;
  const [kind, bits] = standby.key.split(' ');
  const [theirKind, theirBits] = primary.key.split(' ');
  return kind === theirKind && Number(bits) > Number(theirBits) ? null : standby.key;
}

/** The issuer that the standby does not send along and the primary does. */
export function missingIssuer(standby: Certificate, primary: Certificate): string | null {
  if (standby.chain.kind !== 'seen' || primary.chain.kind !== 'seen' || standby.chain.missing === null) return null;
  const { missing } = standby.chain;
  if (primary.chain.missing === missing) return null;
  return primary.chain.issuers.includes(missing) || primary.chain.issuers.length > standby.chain.issuers.length ? missing : null;
}
