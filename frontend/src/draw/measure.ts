/** How wide a text will be, near enough to place it without a browser. */

export interface Font {
  readonly size: number;
  /** Average width of a character as a part of the size. */
  readonly ratio: number;
}

export const NAME: Font = { size: 14, ratio: 0.65 };
export const MONO: Font = { size: 12, ratio: 0.61 };
export const WORD: Font = { size: 12, ratio: 0.66 };

export function widthOf(text: string, font: Font): number {
  return text.length * font.size * font.ratio;
}

/** Long addresses differ at both ends, so the middle is what is left out. */
export function fitted(text: string, font: Font, room: number): string {
  const most = Math.floor(room / (font.size * font.ratio));
  if (text.length <= most) return text;
  const kept = Math.max(most - 1, 2);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
