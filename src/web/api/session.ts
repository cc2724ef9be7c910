// Who looks: the token that goes along with every question, and what it may do.
import { signal } from '@preact/signals';
import type { CallerTold } from '../../contract/live.ts';

const key = 'understudy.token';

const storedToken = (): string | null => {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // Storage is switched off: the token lasts as long as the page.
  }
};

/** Null: whoever asks without one, which is enough on the machine itself. */
export const token = signal<string | null>(storedToken());

/** Null until the collector has said. */
export const caller = signal<CallerTold | null>(null);

/** The collector has asked for a token, or for another one. */
export const isSignInNeeded = signal(false);

/**
 * Whether an answer asks for a token. Behind a reverse proxy a collector on the same machine refuses those without one for the name that
 * they came by, with 403: a token gets in all the same.
 */
export const asksForToken = (status: number): boolean => status === 401 || (status === 403 && token.value === null);

/** Rights as the collector grants them, such as `waive`. It decides again on every question: this only hides what would be refused. */
export const may = (right: string): boolean => caller.value?.rights.includes(right) ?? false;

export function keepToken(next: string | null): void {
  token.value = next;
  try {
    if (next === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, next);
  } catch {
    // As above.
  }
}
