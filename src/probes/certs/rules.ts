// Everything that this probe says about certificates.
import {
  chainIncomplete,
  chainOrder,
  chainUnseen,
  keyDiffers,
  keyMissing,
  keyUnseen,
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
} from './rules/paired.ts';
import { fileMissing, placeUnseen, servesOther, sourceUnseen } from './rules/sight.ts';
import { authorityExpired, endsSoon, expired, notYetValid } from './rules/time.ts';
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
  sourceUnseen,
  placeUnseen,
  autoLoginStale,
  autoLoginUnproven,
  endsBeforePrimary,
  missingOnStandby,
  otherNames,
  otherIssuer,
  otherKeyType,
  authorityMissing,
  notServedHere,
  walletCopied,
  localWalletCopied,
] as const;
