/** What one router does with one service, from a result: the rules that counted, the steps of the packet there and of the answer. */

import type { Count, Hop, Result, ServiceAnswer, Step, Trace } from "../api/types";
import { answerOf, type Cell } from "./result";

export type Direction = "forward" | "return";

/** A rule that matched, with the packets that it saw in each. */
export interface Counted {
  readonly rule: Count;
  readonly predicted: number | null;
  readonly proved: number | null;
}

export interface Walk {
  readonly direction: Direction;
  readonly hop: Hop;
  readonly by: "prediction" | "proof";
  readonly translations: readonly Step[];
}

export function countedOf({ predicted, proved }: Pick<Cell, "predicted" | "proved">): readonly Counted[] {
  const found = new Map<string, Counted>();
  for (const [key, rule] of keyed(predicted?.counted)) found.set(key, { rule, predicted: packets(rule), proved: proved ? 0 : null });
  for (const [key, rule] of keyed(proved?.counted)) {
    found.set(key, { rule, predicted: found.get(key)?.predicted ?? (predicted ? 0 : null), proved: packets(rule) });
  }
  return [...found.values()];
}

/** The prediction knows routes and policy rules as well, the proof only rules: so that of the prediction, where there is one. */
export function walksOf(result: Result | null, service: string, router: string): readonly Walk[] {
  const [mine, real] = [answerOf(result?.prediction, service), answerOf(result?.proof, service)];
  return (["forward", "return"] as const).flatMap((direction) => {
    const walk = walkIn(mine, direction, router, "prediction") ?? walkIn(real, direction, router, "proof");
    return walk ? [walk] : [];
  });
}

export function walkIn(answer: ServiceAnswer | null, direction: Direction, router: string, by: Walk["by"]): Walk | null {
  const hop = hopIn(answer?.[direction] ?? null, router);
  return hop && { direction, hop, by, translations: hop.steps.filter((step) => step.kind === "translation") };
}

/** On the way that this connection takes, else on another of equal cost. */
function hopIn(trace: Trace | null, router: string): Hop | null {
  const ways = trace ? [trace, ...trace.alternatives] : [];
  return ways.flatMap((way) => way.path).find((hop) => hop.name === router) ?? null;
}

/** Position of the step that decides in this hop: the last rule or policy that ended its way, where a rule did. */
export function decidingStep(hop: Hop, cell: Cell | null, direction: Direction): number {
  const known = cell?.proved ?? cell?.predicted ?? null;
  const by = direction === "forward" ? known?.decided_by : known?.return_decided_by;
  if (!by) return hop.verdict === "accepted" ? -1 : hop.steps.length - 1;
  return hop.steps.findIndex((step) => step.table === by.table && step.chain === by.chain && step.number === by.number && step.text === by.text);
}

function packets({ before, after }: Count): number {
  return after - before;
}

function keyed(counts: readonly Count[] | undefined): readonly (readonly [string, Count])[] {
  return (counts ?? []).map((rule) => [`${rule.table} ${rule.chain} ${rule.number}`, rule] as const);
}
