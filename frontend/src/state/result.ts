/** Reading a result: what each router does with each service, predicted beside proved, and what comes of it. */

import type { Agreement, Answer, Comparison, Hop, Result, ResultRouter, ServiceAnswer, Summary, Trace } from "../api/types";
import type { Alone, JobView } from "./job";
import { nameOf } from "./service";
import { fateOf, type Fate } from "./verdict";

/** predicted or proved: only one of them has said anything yet. */
export type Standing = "predicted" | "proved" | "confirmed" | "differs" | "incomparable";

export interface Cell {
  readonly fate: Fate;
  readonly verdict: string;
  /** It lets the packet through, and stops the answer. */
  readonly isAnswer: boolean;
  readonly standing: Standing;
  /** What is known of this service is decided here. */
  readonly isDeciding: boolean;
  readonly predicted: ResultRouter | null;
  readonly proved: ResultRouter | null;
}

export interface Row {
  readonly service: string;
  /** null: nothing is known yet. */
  readonly summary: Summary | null;
  readonly fate: Fate | null;
  readonly standing: Standing | null;
  /** Of each router of the matrix; null where this service does not come by. */
  readonly cells: readonly (Cell | null)[];
}

export interface Matrix {
  readonly routers: readonly string[];
  readonly rows: readonly Row[];
}

/** Events say it at once, the result with all that belongs to it; opened later, both say the same. */
export function matrixOf(view: JobView, result: Result | null): Matrix {
  const predicted = byService(result?.prediction ?? null);
  const proved = byService(result?.proof ?? null);
  const compared = comparedBy(result?.comparison ?? null);
  const routers = routersOf([...predicted.values(), ...proved.values()], view.alone);
  const rows = view.job.services.map(nameOf).map((service): Row => {
    const summary = summaryOf(view, service);
    const [mine, real] = [predicted.get(service), proved.get(service)];
    const cells = routers.map((router) => cellOf(router, mine, real, view.alone[router]?.[service], compared, summary));
    return { service, summary, fate: summary && fateOf(summary.verdict, summary.decided_by?.action ?? null), standing: standingOf(view, service, mine), cells };
  });
  return { routers, rows };
}

/** What is known of a service last, as events and the snapshot have it (backend/jobs/pipeline.py). */
export function summaryOf(view: JobView, service: string): Summary | null {
  return (view.services[service] as Summary | undefined) ?? null;
}

export function answerOf(answer: Answer | null | undefined, service: string): ServiceAnswer | null {
  return answer?.services.find((each) => nameOf(each) === service) ?? null;
}

/** Where the packet, or its answer, comes by this router. */
export function hopAt(trace: Trace | null | undefined, router: string): Hop | null {
  return trace?.path.find((hop) => hop.name === router) ?? null;
}

function byService(answer: Answer | null): ReadonlyMap<string, ServiceAnswer> {
  return new Map((answer?.services ?? []).map((each) => [nameOf(each), each]));
}

/** In the order in which packets come to them: the longest way first, then those that only other services pass. */
function routersOf(answers: readonly ServiceAnswer[], alone: Alone): readonly string[] {
  const ways = answers.map((answer) => answer.routers.map(({ name }) => name)).sort((one, other) => other.length - one.length);
  return [...new Set([...ways.flat(), ...Object.keys(alone)])];
}

type Compared = ReadonlyMap<string, Agreement>;

function comparedBy(comparison: Comparison | null): Compared {
  return new Map((comparison?.services ?? []).flatMap((service) =>
    service.routers.map((router) => [`${nameOf(service)} ${router.name}`, router.agreement] as const)
  ));
}

function cellOf(
  router: string, mine: ServiceAnswer | undefined, real: ServiceAnswer | undefined, heard: ResultRouter | undefined,
  compared: Compared, summary: Summary | null,
): Cell | null {
  const named = ({ name }: ResultRouter) => name === router;
  const predicted = mine?.routers.find(named) ?? null;
  const proved = real?.routers.find(named) ?? (real ? null : (heard ?? null));
  const known = proved ?? predicted;
  if (known === null) return null;
  const { verdict, isAnswer, action } = wordOf(known);
  const agreement = compared.get(`${summary ? nameOf(summary) : ""} ${router}`);
  const standing = standingBetween(predicted, proved, agreement);
  return { fate: fateOf(verdict, action), verdict, isAnswer, standing, isDeciding: summary?.decided_by?.router === router, predicted, proved };
}

/** What a router does: it stops the packet, or the answer, or neither. */
export function wordOf(router: ResultRouter): { readonly verdict: string; readonly isAnswer: boolean; readonly action: string | null } {
  const { verdict, return_verdict: back } = router;
  if (verdict !== "accepted" || back === null || back === "accepted") return { verdict, isAnswer: false, action: router.decided_by?.action ?? null };
  return { verdict: back, isAnswer: true, action: router.return_decided_by?.action ?? null };
}

/** The comparison says it at the end; until then, the same word on both sides is taken for agreement. */
function standingBetween(predicted: ResultRouter | null, proved: ResultRouter | null, agreement: Agreement | undefined): Standing {
  if (proved === null) return "predicted";
  if (predicted === null) return "proved";
  if (agreement === "differs") return "differs";
  if (agreement === "not_comparable") return "incomparable";
  return wordOf(predicted).verdict === wordOf(proved).verdict ? "confirmed" : "proved";
}

/** Of the service as a whole. */
function standingOf(view: JobView, service: string, predicted: ServiceAnswer | undefined): Standing | null {
  const said = view.services[service] as (Summary & { readonly agreement?: Agreement }) | undefined;
  if (!said) return null;
  if (said.agreement) return { agrees: "confirmed", differs: "differs", not_comparable: "incomparable" }[said.agreement] as Standing;
  if (said.by === "prediction") return "predicted";
  return predicted && predicted.verdict === said.verdict ? "confirmed" : "proved";
}
