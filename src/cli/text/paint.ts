// Colours, or none. Whatever is coloured also says so in words.

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const;

export type Colour = keyof typeof codes;

export type Painter = (text: string, ...colours: readonly Colour[]) => string;

export const painter =
  (isColoured: boolean): Painter =>
  (text, ...colours) =>
    isColoured && colours.length > 0 && text !== '' ? `\x1b[${colours.map((one) => codes[one]).join(';')}m${text}\x1b[0m` : text;
