import { describe, expect, it } from "vitest";
import { countedOf, decidingStep, walksOf } from "./evidence";
import { hop } from "./sample";
import { PREDICTED, RESULT, router, stopped } from "./samples";

const RULE = { table: "filter", chain: "FORWARD", number: 1, text: "-A FORWARD -j x", before: 4, after: 6, line: 3 };

describe("the rules that counted", () => {
  it("stand once, with what each side saw of them", () => {
    const [predicted, proved] = [router("a", { counted: [RULE] }), router("a", { counted: [{ ...RULE, before: 0, after: 1 }, { ...RULE, number: 2 }] })];
    expect(countedOf({ predicted, proved }).map(({ rule, predicted: mine, proved: real }) => [rule.number, mine, real])).toEqual([[1, 2, 1], [2, 0, 2]]);
    expect(countedOf({ predicted, proved: null }).map(({ proved: real }) => real)).toEqual([null]);
  });
});

describe("a walk", () => {
  it("is that of the prediction, with routes", () => {
    const [walk, ...others] = walksOf({ ...RESULT, prediction: PREDICTED, proof: PREDICTED }, "22/tcp", "br-gw");
    expect(walk).toMatchObject({ direction: "forward", by: "prediction", hop: { name: "br-gw" }, translations: [] });
    expect(others).toEqual([]);
    expect(walksOf(RESULT, "22/tcp", "br-gw")).toEqual([]);
  });

  it("shows which step decides", () => {
    const step = { kind: "rule" as const, text: "-A FORWARD -j DROP", outcome: "DROP", table: "filter", chain: "FORWARD", number: 12, comment: null, section: null, line: null };
    const at = hop(1, "a", { verdict: "denied_forward", steps: [...hop(1, "a").steps, step] });
    const predicted = router("a", { verdict: "denied_forward", decided_by: stopped("a", "DROP") });
    const cell = { fate: "dropped" as const, verdict: "denied_forward", isAnswer: false, standing: "predicted" as const, isDeciding: true, predicted, proved: null };
    expect(decidingStep(at, cell, "forward")).toBe(1);
    expect(decidingStep(hop(1, "a"), null, "forward")).toBe(-1);
    expect(decidingStep(hop(1, "a", { verdict: "no_route" }), null, "forward")).toBe(0);
  });
});
