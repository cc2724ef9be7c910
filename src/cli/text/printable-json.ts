// JSON that means the same and can be looked at on a terminal: what JSON leaves raw and a terminal would act upon is escaped.

export const printableJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    // Above the basic plane a character is two units, and each is escaped by itself.
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
