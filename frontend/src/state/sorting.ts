/** Rows in an order that the person chose. */

export interface Sorting {
  readonly column: string;
  readonly isDown: boolean;
}

export type Sortable = string | number | null;

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** What is not known stands last, whichever way; equal rows keep their order. */
export function sorted<T>(rows: readonly T[], valueOf: (row: T) => Sortable, isDown: boolean): readonly T[] {
  return [...rows].sort((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return compared(a, b) * (isDown ? -1 : 1);
  });
}

/** The same column again turns it round. */
export function turned(sorting: Sorting | null, column: string): Sorting {
  return { column, isDown: sorting?.column === column && !sorting.isDown };
}

function compared(one: string | number, other: string | number): number {
  return typeof one === "number" && typeof other === "number" ? one - other : words.compare(String(one), String(other));
}
