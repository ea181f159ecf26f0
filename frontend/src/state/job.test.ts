import { describe, expect, it } from "vitest";
import type { Event as JobEvent, Job } from "../api/types";
import { applied, appliedAll, hasResult, isOver, resultKey, viewOf, withJob } from "./job";

const JOB: Job = {
  id: "17", number: 17, user: "eva", status: "queued", phase: "queued", reason: "", mode: "prove", priority: "normal", attempt: 1,
  network: "demo@3f9c2a1b", source: "10.1.1.50", destination: "10.2.1.50", source_name: null, destination_name: null, source_port: null,
  services: [{ port: 443, protocol: "tcp" }], submitted: "2026-01-01T10:00:00.000Z", started: null, ended: null, expected_s: 1, place: null,
};
const NOTHING = viewOf(JOB, { job: "17", seq: 0, percent: 0, phase: "queued", state: "started", message: "", phases: {}, services: {} });

function event(seq: number, phase: JobEvent["phase"], state: JobEvent["state"], data: JobEvent["data"] = {}): JobEvent {
  return { job: "17", seq, time: `2026-01-01T10:00:0${seq}.000Z`, phase, state, percent: seq * 10, message: `${phase} ${state}`, data };
}

const COURSE = [
  event(1, "queued", "started", { status: "queued", attempt: 1 }),
  event(2, "predict", "started", { status: "running", attempt: 1 }),
  event(3, "predict", "progress", { service: "443/tcp", verdict: "accepted", by: "prediction" }),
  event(4, "predict", "finished"),
  event(5, "test", "progress", { service: "443/tcp", verdict: "denied_forward", by: "proof" }),
  event(6, "done", "finished", { status: "succeeded", attempt: 1 }),
];

function after(count: number) {
  const view = appliedAll(NOTHING, COURSE.slice(0, count));
  if (view === null) throw new Error("an event is missing");
  return view;
}

describe("a test", () => {
  it("is what its events say", () => {
    expect(after(3)).toMatchObject({ seq: 3, percent: 30, phase: "predict", state: "progress", job: { status: "running", started: COURSE[1]?.time } });
    expect(after(3).services).toEqual({ "443/tcp": { service: "443/tcp", verdict: "accepted", by: "prediction" } });
    expect(after(6)).toMatchObject({ job: { status: "succeeded", ended: COURSE[5]?.time }, services: { "443/tcp": { by: "proof" } } });
  });

  it("has the time at which each phase began, and at which it changed", () => {
    expect(after(4).phases.predict).toEqual({ state: "finished", began: COURSE[1]?.time, changed: COURSE[3]?.time, message: "predict finished" });
  });

  it("does not care for what it knows", () => {
    const view = after(4);
    expect(applied(view, event(2, "test", "failed"))).toBe(view);
  });

  it("knows what each router alone does as soon as that is said", () => {
    const alone = [{ port: 443, protocol: "tcp", name: "hq-gw", verdict: "accepted" }, { port: null, protocol: "icmp", name: "hq-gw", verdict: "loop" }];
    const heard = applied(after(5), event(6, "test", "progress", { router: "hq-gw", alone }));
    expect(heard?.alone).toMatchObject({ "hq-gw": { "443/tcp": { verdict: "accepted" }, icmp: { verdict: "loop" } } });
    expect(applied(after(5), event(6, "test", "progress", { routers: ["hq-gw"] }))?.alone).toEqual({});
  });

  it("says that an event is missing", () => {
    expect(applied(after(2), event(4, "predict", "finished"))).toBeNull();
    expect(appliedAll(after(2), [event(4, "predict", "finished"), event(5, "predict", "finished")])).toBeNull();
  });

  it("forgets what it found when it begins once more", () => {
    const again = applied(after(5), event(6, "queued", "started", { status: "queued", attempt: 2 }));
    expect(again).toMatchObject({ services: {}, job: { status: "queued", attempt: 2 } });
    expect(Object.keys(again?.phases ?? {})).toEqual(["queued"]);
  });

  it("has a result from the prediction on, which changes with each phase", () => {
    expect([0, 2, 3, 4, 5, 6].map((count) => hasResult(after(count)))).toEqual([false, false, false, true, true, true]);
    expect(resultKey(after(2))).toBe(resultKey(after(3)));
    expect(resultKey(after(4))).not.toBe(resultKey(after(3)));
    expect(resultKey(after(6))).not.toBe(resultKey(after(5)));
  });

  it("that is over does not run again by a word that comes late", () => {
    const view = after(6);
    expect(withJob(view, { ...JOB, status: "running" })).toBe(view);
    expect(withJob(view, { ...JOB, status: "cancelled", reason: "by eva" }).job.reason).toBe("by eva");
    expect(isOver(JOB)).toBe(false);
  });
});
