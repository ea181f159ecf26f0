/** Who lets what through and who does not: services with the same fate for the same reason are one sentence. */

import type { Summary } from "../api/types";
import type { Matrix, Row } from "./result";
import type { Fate } from "./verdict";

export interface Outcome {
  readonly services: readonly string[];
  readonly summary: Summary;
  readonly fate: Fate;
  /** Routers besides the one that decides, in the order of the way. */
  readonly passed: readonly string[];
  /** Those behind the one that decides, which would let it through. */
  readonly would: readonly string[];
  /** Those that would stop it as well. */
  readonly also: readonly string[];
}

const ORDER: readonly Fate[] = ["dropped", "rejected", "unknown", "conditional", "accepted"];

/** Who is blocked reads that first. */
export function outcomesOf(matrix: Matrix): readonly Outcome[] {
  const found = new Map<string, Outcome>();
  for (const row of matrix.rows) {
    const outcome = outcomeOf(row, matrix.routers);
    if (outcome === null) continue;
    const key = JSON.stringify([outcome.fate, reasonOf(outcome.summary), outcome.passed, outcome.would, outcome.also]);
    const same = found.get(key);
    found.set(key, same ? { ...same, services: [...same.services, row.service] } : outcome);
  }
  return [...found.values()].sort((one, other) => ORDER.indexOf(one.fate) - ORDER.indexOf(other.fate));
}

function outcomeOf({ service, summary, fate, cells }: Row, routers: readonly string[]): Outcome | null {
  if (summary === null || fate === null) return null;
  const deciding = routers.indexOf(summary.decided_by?.router ?? "");
  const at = (chosen: (fate: Fate, position: number) => boolean) =>
    routers.filter((_, position) => {
      const cell = cells[position];
      return cell && position !== deciding && chosen(cell.fate, position);
    });
  return {
    services: [service],
    summary,
    fate,
    passed: at((each, position) => each === "accepted" && (deciding < 0 || position < deciding)),
    would: at((each, position) => each === "accepted" && deciding >= 0 && position > deciding),
    also: fate === "accepted" ? [] : at((each) => each === "dropped" || each === "rejected"),
  };
}

/** Of services whose reason names themselves, only the rule can be the same. */
function reasonOf({ verdict, direction, decided_by: by, port, protocol }: Summary): unknown {
  if (verdict === "accepted") return "";
  return by ? [verdict, direction, by.router, by.table, by.chain, by.number, by.text] : [verdict, direction, port, protocol];
}

/** Where one looks first: the cell that decides over the first service that is not let through, else the first cell. */
export function firstCell(matrix: Matrix): { readonly service: string; readonly router: string } | null {
  const open = [...matrix.rows].sort((one, other) => rank(one) - rank(other))[0];
  if (!open) return null;
  const deciding = open.cells.findIndex((cell) => cell?.isDeciding);
  const stopping = open.cells.findIndex((cell) => cell && cell.fate !== "accepted");
  const position = [deciding, stopping, open.cells.findIndex((cell) => cell !== null)].find((each) => each >= 0) ?? -1;
  const router = matrix.routers[position];
  return router === undefined ? null : { service: open.service, router };
}

function rank({ fate }: Row): number {
  return fate === null ? ORDER.length : ORDER.indexOf(fate);
}
