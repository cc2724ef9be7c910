// What a look came to, in words. One list for legend, table and strip.
import type { UnseenReason } from '../../contract/outcome.ts';
import type { LookKind } from './look-spans.ts';

export const lookWords = {
  observed: { title: 'Seen', means: 'the check looked and saw; a mark above it is where what it saw became other' },
  absent: { title: 'Not there', means: 'the check looked, and what it looks at is not on this machine' },
  unseen: { title: 'Not seen', means: 'the check looked and could not see' },
  missed: { title: 'No look', means: 'no look was taken: the agent did not run, or its machine slept' },
  'none-known': { title: 'Nothing known', means: 'no look is known of this time' },
  'not-loaded': { title: 'Not loaded', means: 'there is more history than this page asks for' },
} as const satisfies Record<LookKind, { readonly title: string; readonly means: string }>;

export const unseenWords = {
  timeout: 'no answer in time',
  'too-much-output': 'more was answered than is read',
  denied: 'access was denied',
  'tool-missing': 'a tool is missing',
  unreadable: 'the answer could not be read',
  unparsable: 'the answer was not understood',
  crashed: 'the check broke down',
  overlapped: 'the look before had not ended',
  missed: 'no look was taken',
} as const satisfies Record<UnseenReason, string>;
