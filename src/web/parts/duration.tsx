// How long something took or lasted.
import { duration } from '../format/durations.ts';

export const Duration = ({ ms }: { readonly ms: number }) => <span class="nowrap">{duration(ms)}</span>;
