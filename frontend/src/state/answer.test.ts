import { describe, expect, it } from "vitest";
import { branchAt, branchesOf, decidingHop, entrySegment, hopNumbered, peculiarRouter } from "./answer";
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

describe("entrySegment", () => {
  it("is where the first router takes the packet in", () => {
    expect(entrySegment(DELIVERED, TOPOLOGY)).toBe("10.1.1.0/24");
    expect(entrySegment(DELIVERED, null)).toBeNull();
    expect(entrySegment(branch([]), TOPOLOGY)).toBeNull();
  });
});
