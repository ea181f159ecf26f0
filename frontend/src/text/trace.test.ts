import { describe, expect, it } from "vitest";
import type { Verdict } from "../api/types";
import { DELIVERED, NO_ROUTE, branch, hop, trace } from "../state/sample";
import { verdict as verdictText } from "./parts";
import { text } from "./trace";

const VERDICTS: readonly Verdict[] = [
  "denied_in", "denied_forward", "denied_out", "no_route", "blackhole", "prohibited", "unreachable", "rpfilter", "forwarding_off",
  "loop", "ttl_exceeded", "neighbor_unreachable", "exits_network", "no_listener", "conditional", "unknown",
];

describe("the sentence on top", () => {
  it("names the routers that deliver", () => {
    expect(text.sentence(trace(DELIVERED), DELIVERED)).toBe("Routing delivers 10.1.1.50 → 10.2.1.50 through hq-gw and br-gw.");
  });

  it("says whether rules had a say", () => {
    expect(text.sentence({ ...trace(DELIVERED), scope: "rules" }, DELIVERED)).toContain("Routes and rules deliver 10.1.1.50");
  });

  it("names the router without a route", () => {
    expect(text.sentence(trace(NO_ROUTE), NO_ROUTE)).toBe("br-gw has no route to 10.2.1.50.");
  });

  it.each(VERDICTS)("says where %s happened, in words", (verdict) => {
    const given = { ...NO_ROUTE, verdict };
    const sentence = text.sentence(trace(given), given);
    expect(sentence).toContain("br-gw");
    expect(sentence).not.toContain("_");
    expect(verdictText(verdict)).not.toBe("");
  });

  it("is a sentence still when the path is empty or the verdict is new", () => {
    expect(text.sentence(trace(branch([])), branch([], { verdict: "unknown" }))).toBe("From 10.1.1.50 to 10.2.1.50: unknown.");
    const strange = { ...NO_ROUTE, verdict: "eaten_by_cat" as Verdict };
    expect(text.sentence(trace(strange), strange)).toBe("From 10.1.1.50 to 10.2.1.50: eaten by cat.");
  });

  it("names the routers of a loop in their order", () => {
    const again = { outgoing: "", segment: null, steps: [], verdict: "loop" as const };
    const loop = branch([hop(1, "edge"), hop(2, "core"), hop(3, "edge", { incoming: "eth1" }), hop(4, "core", again)], { verdict: "loop" });
    expect(text.sentence(trace(loop), loop)).toBe("The path to 10.2.1.50 never ends: it loops at core → edge → core.");
  });

  it("is short for a long path", () => {
    const long = branch([...Array(12).keys()].map((each) => hop(each + 1, `r${each + 1}`)));
    expect(text.sentence(trace(long), long)).toBe("Routing delivers 10.1.1.50 → 10.2.1.50 through r1, r2, r3, 8 more and r12.");
  });
});

describe("equal-cost branches", () => {
  it("are said to differ when some deliver and some do not", () => {
    expect(text.answer.differ(1, 3)).toBe("It depends on the branch: 1 of 3 equal-cost branches delivers.");
  });

  it("are said to agree in both ways", () => {
    expect(text.answer.same(2, true)).toBe("2 equal-cost branches carry this flow; all of them deliver it.");
    expect(text.answer.same(2, false)).toBe("2 equal-cost branches carry this flow; none of them delivers it.");
  });
});

describe("a line of the facts", () => {
  it("is shown without what only its file needs", () => {
    expect(text.steps.line("10.3.0.0/24 \\\tnexthop via 10.3.1.2 dev eth1")).toBe("10.3.0.0/24 nexthop via 10.3.1.2 dev eth1");
  });
});

describe("where a step stands", () => {
  it("is a table of routes, or a rule or policy of a chain", () => {
    expect(text.steps.table("main", null, null)).toBe("table main");
    expect(text.steps.table("filter", "FORWARD", 12)).toBe("table filter, chain FORWARD, rule 12");
    expect(text.steps.table("filter", "FORWARD", null)).toBe("table filter, chain FORWARD");
  });
});
