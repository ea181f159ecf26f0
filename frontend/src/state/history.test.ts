import { describe, expect, test } from "vitest";
import type { Job } from "../api/types";
import { afterChange, choose, filtersOf, groupsOf, isFiltered, namesOf, pairOf, startOf, wantedOf } from "./history";

const JOB: Job = {
  id: "a", number: 1, user: "ann", status: "succeeded", phase: "done", reason: "", mode: "prove", priority: "normal", attempt: 1,
  network: "demo@549806d6", source: "10.1.1.50", destination: "10.2.1.50", source_name: "hq-pc1", destination_name: null, source_port: null,
  services: [{ port: 443, protocol: "tcp" }, { port: 53, protocol: "udp" }, { port: null, protocol: "icmp" }],
  outcomes: [
    { port: 443, protocol: "tcp", verdict: "accepted", router: null, action: null },
    { port: 53, protocol: "udp", verdict: "denied_forward", router: "br-gw", action: "REJECT" },
  ],
  submitted: "2026-11-21T23:00:00Z", started: "2026-11-21T23:00:01Z", ended: "2026-11-21T23:00:02Z", expected_s: 1, place: null,
};
const NONE = filtersOf({});

describe("what is looked for", () => {
  test("is what the address says", () => {
    const filters = filtersOf({ q: " br-gw ", status: "failed", verdict: "accepted", page: "2" });
    expect(isFiltered(filters)).toBe(true);
    expect(wantedOf(filters)).toEqual({ q: "br-gw", status: "failed", verdict: "accepted" });
    expect(isFiltered(NONE)).toBe(false);
  });

  test("is nothing that cannot be", () => {
    expect(wantedOf(filtersOf({ status: "sleeping", verdict: "blue", since: "yesterday", until: "2026-02-30" }))).toEqual({});
  });

  test("is whole days where the person is, the last one too", () => {
    expect(wantedOf(filtersOf({ since: "2026-11-01", until: "2026-11-30" }))).toEqual({
      since: new Date(2026, 10, 1).toISOString(), until: new Date(2026, 11, 1).toISOString(),
    });
    expect(startOf("2026-12-31", 1)).toBe(new Date(2027, 0, 1).toISOString());
  });
});

test("a test is called by names where there are some", () => {
  expect(namesOf(JOB)).toEqual(["hq-pc1", "10.2.1.50"]);
});

describe("a test that changes", () => {
  const running: Job = { ...JOB, status: "running", ended: null };

  test("stands where it stood", () => {
    expect(afterChange([running], JOB, NONE)).toEqual([JOB]);
  });

  test("is not what it was before it ended", () => {
    expect(afterChange([JOB], running, NONE)).toEqual([JOB]);
    expect(afterChange([JOB], { ...running, attempt: 2 }, NONE)?.[0]?.attempt).toBe(2);
  });

  test("comes in at its place", () => {
    const newer = { ...JOB, id: "c", number: 3 };
    expect(afterChange([newer, JOB], { ...JOB, id: "b", number: 2 }, NONE)?.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  test("leaves a list of those that run, and is asked for where only the server knows", () => {
    const filters = filtersOf({ status: "running" });
    expect(afterChange([running], JOB, filters)).toEqual([]);
    expect(afterChange([], running, filters)).toEqual([running]);
    expect(afterChange([], JOB, filtersOf({ q: "br-gw" }))).toBeNull();
  });
});

describe("two of them", () => {
  test("are chosen, and a third one takes the place of the first", () => {
    expect(choose(["a"], "b")).toEqual(["a", "b"]);
    expect(choose(["a", "b"], "c")).toEqual(["b", "c"]);
    expect(choose(["a", "b"], "a")).toEqual(["b"]);
  });

  test("are compared in the order in which they were asked", () => {
    const jobs = [{ ...JOB, id: "b", number: 2 }, JOB];
    expect(pairOf(jobs, ["b", "a"])).toEqual(["a", "b"]);
    expect(pairOf(jobs, ["b"])).toBeNull();
  });
});

test("services stand with those of the same fate, blocked ones first, unknown ones last", () => {
  expect(groupsOf(JOB)).toEqual([
    { fate: "rejected", router: "br-gw", services: ["53/udp"] },
    { fate: "accepted", router: null, services: ["443/tcp"] },
    { fate: null, router: null, services: ["icmp"] },
  ]);
});
