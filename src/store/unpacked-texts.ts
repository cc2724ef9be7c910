// Keeps what was parsed of texts that are asked for again and again, up to so many characters of them.

export interface UnpackedTexts<V> {
  get(id: number): V | null;
  /** In the place of what was kept under that id. One that is too long is not kept. */
  keep(id: number, value: V, characters: number): void;
  clear(): void;
}

/** `oneMax` and `allMax` are characters. */
export function unpackedTexts<V>({ oneMax, allMax }: { readonly oneMax: number; readonly allMax: number }): UnpackedTexts<V> {
  const kept = new Map<number, { readonly value: V; readonly characters: number }>();
  let sum = 0;
  const drop = (id: number): void => {
    sum -= kept.get(id)?.characters ?? 0;
    kept.delete(id);
  };
  return {
    get: (id) => kept.get(id)?.value ?? null,
    keep: (id, value, characters) => {
      drop(id);
      if (characters > oneMax) return;
      kept.set(id, { value, characters });
      sum += characters;
      // The oldest first; one that is still asked for comes back with the next question.
      for (const oldest of kept.keys()) {
        if (sum <= allMax) break;
        drop(oldest);
      }
    },
    clear: () => {
      kept.clear();
      sum = 0;
    },
  };
}
