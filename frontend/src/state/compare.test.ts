import { describe, expect, test } from "vitest";
import type { RouterWord, ServiceDifference } from "../api/types";
import { aloneOf, counts, hasOtherPath, inOrder } from "./compare";

const KNOWN = { verdict: "accepted", reachable: true, decided_by: null, direction: "forward", sentence: "", by: "proof" } as const;
const SAME: ServiceDifference = {
  port: 443, protocol: "tcp", before: KNOWN, after: KNOWN, differs: [], is_moved: false, forward: [], back: [], routers: [],
};
const OTHER: ServiceDifference = { ...SAME, port: 53, differs: ["verdict"] };
const NEW: ServiceDifference = { ...SAME, port: 22, before: null, differs: ["verdict"] };

describe("services", () => {
  test("that differ come first, or alone; those of one test only come last", () => {
    expect(inOrder([NEW, SAME, OTHER], false).map(({ port }) => port)).toEqual([53, 443, 22]);
    expect(inOrder([NEW, SAME, OTHER], true).map(({ port }) => port)).toEqual([53]);
  });

  test("are counted, and what only one test asked for does not differ", () => {
    const run = { job: "", user: "", mode: "prove", network: "", submitted: "", source: "", destination: "" } as const;
    const difference = { before: run, after: run, is_same_network: true, asked: [], services: [SAME, OTHER, NEW] };
    expect(counts(difference)).toEqual({ differs: 1, same: 1, once: 1 });
  });
});

test("a path is another one where a hop is only in one of them", () => {
  const hop = { name: "hq-gw", incoming: "lan0", outgoing: "wan0", is_router: true, found: "both" } as const;
  expect(hasOtherPath([hop])).toBe(false);
  expect(hasOtherPath([hop, { ...hop, found: "after" }])).toBe(true);
});

test("a router that lets the packet through is told by what it does with the answer", () => {
  const word: RouterWord = { verdict: "accepted", decided_by: null, return_verdict: "denied_forward", return_decided_by: null };
  expect(aloneOf(word)).toEqual({ verdict: "denied_forward", rule: null, isAnswer: true });
  expect(aloneOf({ ...word, return_verdict: null })?.verdict).toBe("accepted");
  expect(aloneOf({ ...word, verdict: "no_route" })).toMatchObject({ verdict: "no_route", isAnswer: false });
  expect(aloneOf(null)).toBeNull();
});
