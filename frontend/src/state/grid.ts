/** Moving in a grid by keys (WAI-ARIA Authoring Practices, grid). */

export interface Spot {
  readonly row: number;
  readonly column: number;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
}

const PAGE = 10;

/** null: the key moves nothing. At an edge it stays. */
export function moved({ row, column }: Spot, { key, ctrlKey }: Key, { rows, columns }: Size): Spot | null {
  const [lastRow, lastColumn] = [Math.max(rows - 1, 0), Math.max(columns - 1, 0)];
  switch (key) {
    case "ArrowLeft":
      return { row, column: Math.max(column - 1, 0) };
    case "ArrowRight":
      return { row, column: Math.min(column + 1, lastColumn) };
    case "ArrowUp":
      return { row: Math.max(row - 1, 0), column };
    case "ArrowDown":
      return { row: Math.min(row + 1, lastRow), column };
    case "PageUp":
      return { row: Math.max(row - PAGE, 0), column };
    case "PageDown":
      return { row: Math.min(row + PAGE, lastRow), column };
    case "Home":
      return { row: ctrlKey ? 0 : row, column: 0 };
    case "End":
      return { row: ctrlKey ? lastRow : row, column: lastColumn };
    default:
      return null;
  }
}
