import { describe, expect, it } from "vitest";
import type { Event as JobEvent, ResultRouter } from "../api/types";
import { applied } from "./job";
import { matrixOf, wordOf } from "./result";
import { PREDICTED, PROVED, RUNNING, RESULT, router, stopped } from "./samples";

describe("the matrix", () => {
  it("knows its services before anything is known of them", () => {
    expect(matrixOf({ ...RUNNING, services: {} }, null)).toMatchObject({ routers: [], rows: [{ service: "22/tcp", fate: null }, { service: "icmp", fate: null }] });
  });

  it("has the routers in the order of the way, and who decides", () => {
    const { routers, rows } = matrixOf(RUNNING, { ...RESULT, prediction: PREDICTED });
    expect(routers).toEqual(["hq-gw", "br-gw"]);
    expect(rows[0]).toMatchObject({ fate: "dropped", standing: "predicted" });
    expect(rows[0]?.cells).toMatchObject([{ fate: "accepted", isDeciding: false, standing: "predicted" }, { fate: "dropped", isDeciding: true }]);
    expect(rows[1]?.cells).toMatchObject([{ fate: "accepted" }, { fate: "rejected", isAnswer: true }]);
  });

  it("takes what the proof says of a router as soon as it says so", () => {
    const said = { port: 22, protocol: "tcp", ...router("hq-gw") };
    const event: JobEvent = { job: "17", seq: 6, time: "", phase: "test", state: "progress", percent: 50, message: "", data: { router: "hq-gw", alone: [said] } };
    const view = applied(RUNNING, event);
    if (view === null) throw new Error("an event is missing");
    expect(matrixOf(view, { ...RESULT, prediction: PREDICTED }).rows[0]?.cells[0]?.standing).toBe("confirmed");
  });

  it("says where prediction and proof differ", () => {
    const compared = { port: 22, protocol: "tcp" as const, agreement: "differs" as const, why: "", routers: [{ name: "br-gw", direction: "forward" as const, agreement: "differs" as const, why: "" }] };
    const comparison = { sentence: "", differs: true, services: [compared] };
    const [row] = matrixOf(RUNNING, { ...RESULT, prediction: PREDICTED, proof: PROVED, comparison }).rows;
    expect(row?.cells.map((cell) => cell?.standing)).toEqual(["confirmed", "differs"]);
  });

  it("leaves out where a service does not come by", () => {
    const short = { ...PROVED, services: PROVED.services.map((each) => ({ ...each, routers: each.routers.slice(0, each.port === null ? 1 : 2) })) };
    expect(matrixOf(RUNNING, { ...RESULT, proof: short }).rows[1]?.cells[1]).toBeNull();
  });
});

describe("a router", () => {
  it("is as bad as what it does with the answer", () => {
    const passing: ResultRouter = { ...router("a"), return_verdict: "denied_forward", return_decided_by: stopped("a", "REJECT") };
    expect(wordOf(passing)).toEqual({ verdict: "denied_forward", isAnswer: true, action: "REJECT" });
    expect(wordOf(router("a"))).toEqual({ verdict: "accepted", isAnswer: false, action: null });
  });
});
