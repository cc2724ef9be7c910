// Everything that this probe says about certificates.
import {
  chainIncomplete,
  chainOrder,
  chainUnseen,
  keyDiffers,
  keyMissing,
  nameNotCovered,
  selfSigned,
  serverNameNotCovered,
  weakKey,
  weakSignature,
} from './rules/fitness.ts';
import {
  authorityMissing,
  endsBeforePrimary,
  missingOnStandby,
  notServedHere,
  otherIssuer,
  otherKeyType,
  otherNames,
  unreferencedMissing,
} from './rules/paired.ts';
import { fileMissing, servesOther } from './rules/sight.ts';
import { authorityExpired, endsSoon, expired, notYetValid } from './rules/time.ts';
import { keyUnseen, placeUnseen, primaryPlaceUnseen, primaryUnseen, requiredUnseen, sourceUnseen } from './rules/unseen.ts';
import { autoLoginStale, autoLoginUnproven, localWalletCopied, walletCopied } from './rules/wallets.ts';

export const rules = [
  expired,
  notYetValid,
  endsSoon,
  authorityExpired,
  keyDiffers,
  keyMissing,
  keyUnseen,
  nameNotCovered,
  serverNameNotCovered,
  chainIncomplete,
  chainUnseen,
  chainOrder,
  selfSigned,
  weakKey,
  weakSignature,
  servesOther,
  fileMissing,
  requiredUnseen,
  sourceUnseen,
  placeUnseen,
  autoLoginStale,
  autoLoginUnproven,
  primaryUnseen,
  primaryPlaceUnseen,
  endsBeforePrimary,
  missingOnStandby,
  unreferencedMissing,
  otherNames,
  otherIssuer,
  otherKeyType,
  authorityMissing,
  notServedHere,
  walletCopied,
  localWalletCopied,
] as const;
