import { Component } from "preact";
import { useRef, useState } from "preact/hooks";
import { moved, type Spot } from "../../state/grid";
import type { Cell, Matrix, Row } from "../../state/result";
import { text } from "../../text/test";
import { FateMark } from "../parts/Verdict";

const MANY = 20;

interface Props {
  readonly matrix: Matrix;
  readonly chosen: { readonly service: string; readonly router: string } | null;
  readonly onOpen: (service: string, router: string) => void;
}

/** Services down, routers across: one stop of the Tab key, arrows inside (WAI-ARIA Authoring Practices, grid). */
export function MatrixTable({ matrix: { rows, routers }, chosen, onOpen }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  const current = spot ?? spotOf(rows, routers, chosen) ?? { row: 0, column: 0 };
  const go = (next: Spot) => {
    setSpot(next);
    table.current?.querySelector<HTMLElement>(`[data-spot="${next.row} ${next.column}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(current, event, { rows: rows.length, columns: routers.length });
    if (next) {
      event.preventDefault();
      go(next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(current);
    }
  };
  const open = ({ row, column }: Spot) => {
    const [service, router] = [rows[row]?.service, routers[column]];
    if (service !== undefined && router !== undefined && rows[row]?.cells[column]) onOpen(service, router);
  };
  const onClick = (event: MouseEvent) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-spot]") : null;
    const [row, column] = (cell?.dataset["spot"] ?? "").split(" ").map(Number);
    if (row === undefined || column === undefined || Number.isNaN(row)) return;
    setSpot({ row, column });
    open({ row, column });
  };
  return (
    <div class={shapeOf(rows)}>
      <table ref={table} role="grid" aria-label={text.matrix.label} onKeyDown={onKeyDown} onClick={onClick}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="service">{text.matrix.service}</th>
            <th role="columnheader" scope="col" class="whole">{text.matrix.whole}</th>
            {routers.map((router) => <th key={router} role="columnheader" scope="col">{router}</th>)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, position) => (
            <Line
              key={row.service} row={row} position={position} routers={routers}
              tabStop={current.row === position ? current.column : -1}
              chosen={chosen?.service === row.service ? routers.indexOf(chosen.router) : -1}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where there are many rows, those out of sight cost nothing; where a word is long, there is room for it. */
function shapeOf(rows: readonly Row[]): string {
  const hasAnswers = rows.some(({ cells }) => cells.some((cell) => cell?.isAnswer));
  return `matrix card${rows.length > MANY ? " long" : ""}${hasAnswers ? " answers" : ""}`;
}

function spotOf(rows: readonly Row[], routers: readonly string[], chosen: Props["chosen"]): Spot | null {
  if (chosen === null) return null;
  const [row, column] = [rows.findIndex(({ service }) => service === chosen.service), routers.indexOf(chosen.router)];
  return row < 0 || column < 0 ? null : { row, column };
}

interface LineProps {
  readonly row: Row;
  readonly position: number;
  readonly routers: readonly string[];
  /** Columns; -1: none in this row. */
  readonly tabStop: number;
  readonly chosen: number;
}

/** Drawn again only when something in it has changed: there may be a hundred of them, and many events in a second. */
class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { row, routers, tabStop, chosen } = this.props;
    return tabStop !== next.tabStop || chosen !== next.chosen || routers.length !== next.routers.length || !isSame(row, next.row);
  }

  override render({ row, position, routers, tabStop, chosen }: LineProps) {
    return (
      <tr role="row" class={chosen >= 0 ? "chosen" : undefined}>
        <th role="rowheader" scope="row" class="service">{row.service}</th>
        <td role="gridcell" class="whole">{row.fate ? <FateMark fate={row.fate} /> : <span class="faint">{text.matrix.waiting}</span>}</td>
        {routers.map((router, column) => {
          const cell = row.cells[column] ?? null;
          const given = { role: "gridcell", "data-spot": `${position} ${column}`, tabindex: column === tabStop ? 0 : -1 } as const;
          if (cell === null) return <td key={router} {...given} class="absent"><span aria-hidden="true">{text.matrix.absent}</span><span class="unseen">{text.matrix.absentLabel}</span></td>;
          return (
            <td key={router} {...given} class={classOf(cell)} aria-selected={column === chosen} aria-label={text.matrix.cell(row.service, router, cell)}>
              {text.matrix.word(cell)}
            </td>
          );
        })}
      </tr>
    );
  }
}

function classOf({ fate, standing, isDeciding }: Cell): string {
  return `cell ${fate} ${standing}${isDeciding ? " deciding" : ""}`;
}

function isSame(one: Row, other: Row): boolean {
  return one.fate === other.fate && one.cells.length === other.cells.length && one.cells.every((cell, position) => {
    const same = other.cells[position];
    if (!cell || !same) return cell === same;
    return cell.verdict === same.verdict && cell.fate === same.fate && cell.standing === same.standing && cell.isDeciding === same.isDeciding;
  });
}

/** Colour, shape and word of each fate, and what the lines around a cell mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label={text.matrix.legend}>
      <li class="sample predicted">{text.matrix.predicted}</li>
      <li class="sample confirmed">{text.matrix.confirmed}</li>
      <li class="sample differs">{text.matrix.differs}</li>
      <li class="sample deciding">{text.matrix.decides}</li>
    </ul>
  );
}
