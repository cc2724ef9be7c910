// From when on the past is kept, as the last answer said: how far the time machine goes. Null until one has come.
import { signal } from '@preact/signals';

export const keptFrom = signal<number | null>(null);
