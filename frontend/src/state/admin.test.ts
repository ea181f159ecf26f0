import { describe, expect, test } from "vitest";
import { auditFilters, checksOf, isTest, soughtOf } from "./admin";

describe("the audit", () => {
  test("is asked for what the address says, and nothing else", () => {
    expect(soughtOf(auditFilters({ who: " ann ", what: "sign in", page: "3" }))).toEqual({ who: "ann", what: "sign in" });
    expect(soughtOf(auditFilters({}))).toEqual({});
  });

  test("is asked for whole days", () => {
    expect(soughtOf(auditFilters({ since: "2026-11-21", until: "2026-11-21" }))).toEqual({
      since: new Date(2026, 10, 21).toISOString(), until: new Date(2026, 10, 22).toISOString(),
    });
  });

  test("names tests that are still there", () => {
    expect([isTest("submit"), isTest("remove"), isTest("sign in")]).toEqual([true, false, false]);
  });
});

test("what is wrong stands first", () => {
  expect(checksOf({ checks: { store: "ok", disk: "3 MB are free", memory: "ok" } })).toEqual([
    { name: "disk", isWell: false, said: "3 MB are free" },
    { name: "store", isWell: true, said: "" },
    { name: "memory", isWell: true, said: "" },
  ]);
});
