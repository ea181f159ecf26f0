import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { sorted, turned, type Sortable, type Sorting } from "../../state/sorting";
import { text } from "../../text/parts";
import { Button } from "./Button";
import { Icon } from "./Icon";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** By which it can be sorted; none: it cannot. */
  readonly sortBy?: (row: T) => Sortable;
  readonly isMono?: boolean;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** Names the row. */
  readonly isHead?: boolean;
}

interface Props<T> {
  /** Read out; seen where `isTitled`. */
  readonly caption: string;
  readonly isTitled?: boolean;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  readonly sorting?: Sorting;
  readonly isChosen?: (row: T) => boolean;
  /** In place of rows. */
  readonly empty?: ComponentChildren;
  /** So many rows are shown at first, where there may be thousands. */
  readonly most?: number;
}

/** Sorted by the buttons in its head; wider than the window it is moved, by keys as well. */
export function Table<T>({ caption, isTitled = false, columns, rows, keyOf, sorting: first, isChosen, empty, most = Infinity }: Props<T>) {
  const [sorting, setSorting] = useState<Sorting | null>(first ?? null);
  const [limit, setLimit] = useState(most);
  const by = columns.find((column) => column.key === sorting?.column);
  const all = useMemo(
    () => (sorting && by?.sortBy ? sorted(rows, by.sortBy, sorting.isDown) : rows),
    [rows, sorting, by],
  );
  const shown = all.length > limit ? all.slice(0, limit) : all;
  if (rows.length === 0) return <div class="card none">{empty ?? <p class="faint">{text.table.empty}</p>}</div>;
  return (
    <div class="table card" role="region" aria-label={caption} tabindex={0}>
      <table>
        <caption class={isTitled ? undefined : "unseen"}>{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <Head key={column.key} column={column} sorting={sorting} onSort={() => setSorting(turned(sorting, column.key))} />)}</tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)} class={isChosen?.(row) ? "chosen" : undefined}>
              {columns.map((column) =>
                column.isHead ? (
                  <th key={column.key} scope="row" class={classOf(column)}>{column.cell(row)}</th>
                ) : (
                  <td key={column.key} class={classOf(column)}>{column.cell(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > limit && <p class="actions more-rows"><Button onPress={() => setLimit(limit + most)}>{text.table.more}</Button></p>}
      <p class="unseen" role="status">{sorting && by && sorting !== first ? text.table.sorted(by.title, sorting.isDown) : ""}</p>
    </div>
  );
}

interface HeadProps<T> {
  readonly column: Column<T>;
  readonly sorting: Sorting | null;
  readonly onSort: () => void;
}

function Head<T>({ column, sorting, onSort }: HeadProps<T>) {
  if (!column.sortBy) return <th scope="col" class={classOf(column)}>{column.title}</th>;
  const isBy = sorting?.column === column.key;
  return (
    <th scope="col" class={classOf(column)} aria-sort={isBy ? (sorting.isDown ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={onSort}>
        {column.title}<Icon name={isBy ? (sorting.isDown ? "down" : "up") : "both"} />
      </button>
    </th>
  );
}

function classOf<T>({ isMono, isNumber }: Column<T>): string | undefined {
  return [isMono && "mono", isNumber && "number"].filter(Boolean).join(" ") || undefined;
}
