import { describe, expect, it } from "vitest";
import { text } from "../text/test";
import { firstCell, outcomesOf } from "./outcome";
import { matrixOf } from "./result";
import { PREDICTED, RESULT, RUNNING, answer, router, stopped, summary } from "./samples";

const MATRIX = matrixOf(RUNNING, { ...RESULT, prediction: PREDICTED });

describe("what comes of a test", () => {
  it("names who stops what first, and who would let it through", () => {
    const [first, second] = outcomesOf(MATRIX);
    expect(first).toMatchObject({ services: ["22/tcp"], fate: "dropped", passed: ["hq-gw"], would: [], also: [] });
    expect(second).toMatchObject({ services: ["icmp"], fate: "rejected" });
  });

  it("is one sentence for services with the same reason", () => {
    const by = stopped("hq-gw", "DROP");
    const behind = [router("hq-gw", { verdict: "denied_forward", decided_by: by }), router("mid"), router("br-gw", { verdict: "denied_forward" })];
    const services = [22, 80, 443].map((port) => answer(port, { verdict: "denied_forward", reachable: false, decided_by: by, routers: behind }));
    const view = {
      ...RUNNING,
      job: { ...RUNNING.job, services: services.map(({ port, protocol }) => ({ port, protocol })) },
      services: Object.fromEntries(services.map((each) => [`${each.port}/tcp`, { ...summary(each) }])),
    };
    const outcomes = outcomesOf(matrixOf(view, { ...RESULT, prediction: { ...PREDICTED, services } }));
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ services: ["22/tcp", "80/tcp", "443/tcp"], would: ["mid"], also: ["br-gw"] });
    expect(outcomes[0] && text.outcome.head(outcomes[0], "A", "B")).toBe("22/tcp, 80/tcp and 443/tcp from A to B are dropped by hq-gw");
    expect(outcomes[0] && text.outcome.others(outcomes[0])).toBe("br-gw would stop it too; mid would let it through.");
  });

  it("is looked at first where it is decided", () => {
    expect(firstCell(MATRIX)).toEqual({ service: "22/tcp", router: "br-gw" });
    expect(firstCell({ routers: [], rows: [] })).toBeNull();
  });
});
