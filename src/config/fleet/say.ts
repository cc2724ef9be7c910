// An error about what stands at a place of the file, said with the place's own name before it.
import type { ConfigError } from '../config-error.ts';
import { spoken } from '../schema-messages.ts';
import type { ConfigText } from '../yaml-text.ts';

export type Say = (pointer: string, message: string, part?: 'key' | 'value') => ConfigError;

export const sayIn =
  (text: ConfigText): Say =>
  (pointer, message, part = 'value') =>
    text.error(pointer, part, `${spoken(pointer)}: ${message}`);
