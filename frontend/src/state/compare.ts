/** What two tests found differently, in an order in which one looks at it. */

import type { DecidingRule, HopDifference, RouterWord, RunDifference, ServiceDifference } from "../api/types";

type Standing = "differs" | "same" | "once";

/** Of what only one of the tests asked for, nothing can be compared. */
export function standingOf({ differs, before, after }: ServiceDifference): Standing {
  return before === null || after === null ? "once" : differs.length > 0 ? "differs" : "same";
}

const ORDER: readonly Standing[] = ["differs", "same", "once"];

/** Those that differ come first, or alone; else in the order in which they were asked. */
export function inOrder(services: readonly ServiceDifference[], isOnlyDiffering: boolean): readonly ServiceDifference[] {
  const shown = isOnlyDiffering ? services.filter((service) => standingOf(service) === "differs") : [...services];
  return shown.sort((one, other) => ORDER.indexOf(standingOf(one)) - ORDER.indexOf(standingOf(other)));
}

export function counts({ services }: RunDifference): Readonly<Record<Standing, number>> {
  const count = (standing: Standing) => services.filter((service) => standingOf(service) === standing).length;
  return { differs: count("differs"), same: count("same"), once: count("once") };
}

/** Where the two ways are not the same. */
export function hasOtherPath(hops: readonly HopDifference[]): boolean {
  return hops.some(({ found }) => found !== "both");
}

/** What a router does by itself: with the packet, or else with its answer. */
export interface Alone {
  readonly verdict: string;
  readonly rule: DecidingRule | null;
  readonly isAnswer: boolean;
}

export function aloneOf(word: RouterWord | null): Alone | null {
  if (word === null) return null;
  const { verdict, decided_by: rule, return_verdict: back, return_decided_by: backRule } = word;
  return verdict !== "accepted" || back === null || back === "accepted"
    ? { verdict, rule, isAnswer: false }
    : { verdict: back, rule: backRule, isAnswer: true };
}
