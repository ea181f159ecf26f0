import { describe, expect, it } from "vitest";
import { branchAt, branchesOf, decidingHop, entrySegment, forwardersOf, hopNumbered, peculiarRouter, stoppingStep, visitBefore } from "./answer";
import { DELIVERED, NO_ROUTE, TOPOLOGY, branch, hop, host, trace } from "./sample";

describe("branches", () => {
  const other = branch([hop(1, "hq-gw"), hop(2, "core-2"), host(3, "br-pc1", "10.2.1.50")], { share: 0.5 });
  const both = trace(branch([hop(1, "hq-gw"), hop(2, "core-1"), host(3, "br-pc1", "10.2.1.50")], { share: 0.5 }), [other]);

  it("begin with the trace itself", () => {
    expect(branchesOf(both)).toEqual([both, other]);
    expect(branchAt(both, 1)).toBe(other);
  });

  it("fall back to the first when a link names one that is not there", () => {
    expect(branchAt(both, 9)).toBe(both);
  });

  it("are told apart by the router that the others do not pass", () => {
    expect(branchesOf(both).map((each) => peculiarRouter(each, branchesOf(both)))).toEqual(["core-1", "core-2"]);
    expect(peculiarRouter(DELIVERED, [DELIVERED, DELIVERED])).toBeNull();
  });
});

describe("the hop that is open", () => {
  it("is the one that stopped the packet", () => {
    expect(decidingHop(NO_ROUTE)?.name).toBe("br-gw");
  });

  it("is the last one that decided anything when the packet arrived", () => {
    expect(decidingHop(DELIVERED)?.name).toBe("br-gw");
  });

  it("is the one that was chosen, while it exists", () => {
    expect(hopNumbered(DELIVERED, 1)?.name).toBe("hq-gw");
    expect(hopNumbered(DELIVERED, 99)?.name).toBe("br-gw");
    expect(hopNumbered(branch([]), 1)).toBeNull();
  });
});

describe("the step that ended the path", () => {
  it("is the last one of the router that stopped the packet", () => {
    expect(stoppingStep(NO_ROUTE)).toBe(NO_ROUTE.path[1]?.steps.at(-1));
  });

  it("is none when the packet arrived, or nothing was decided", () => {
    expect(stoppingStep(DELIVERED)).toBeNull();
    expect(stoppingStep(branch([], { verdict: "unknown" }))).toBeNull();
  });
});

describe("visitBefore", () => {
  const loop = branch([hop(1, "a"), hop(2, "b"), hop(3, "a", { steps: [], verdict: "loop" })], { verdict: "loop" });

  it("is where a loop began", () => {
    const last = loop.path[2];
    expect(last && visitBefore(loop, last)?.hop).toBe(1);
  });

  it("is nowhere on a path that ends", () => {
    const last = loop.path[2];
    expect(last && visitBefore({ ...loop, verdict: "accepted" }, last)).toBeNull();
  });
});

describe("forwardersOf", () => {
  it("are neither the router that sends nor the one that is meant", () => {
    const own = branch([hop(1, "a", { incoming: "" }), hop(2, "b"), hop(3, "c", { outgoing: "" })]);
    expect(forwardersOf(own)).toEqual(["b"]);
  });
});

describe("entrySegment", () => {
  it("is the source's own when the destination is next door", () => {
    expect(entrySegment(branch([host(1, "hq-pc2", "10.1.1.51")]), "10.1.1.50", TOPOLOGY)).toBe("10.1.1.0/24");
  });

  it("is where the first router takes the packet in", () => {
    expect(entrySegment(DELIVERED, "10.1.1.50", TOPOLOGY)).toBe("10.1.1.0/24");
    expect(entrySegment(DELIVERED, "10.1.1.50", null)).toBeNull();
    expect(entrySegment(branch([]), "10.1.1.50", TOPOLOGY)).toBeNull();
  });
});
