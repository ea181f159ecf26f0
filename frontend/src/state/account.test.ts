import { describe, expect, test } from "vitest";
import type { Failure } from "../api/http";
import { errorAt, isElsewhere, isOver, NEW_TOKEN, wantedOf } from "./account";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("a token", () => {
  test("is good for what its reach takes along", () => {
    expect(wantedOf({ ...NEW_TOKEN, name: " nightly ", reach: "test" }, NOW)).toEqual({
      name: "nightly", scopes: ["read", "test"], expires: "2027-02-19T12:00:00.000Z",
    });
  });

  test("may have no end, or a day of one's own as its last one", () => {
    expect(wantedOf({ ...NEW_TOKEN, span: "" }, NOW)?.expires).toBeNull();
    expect(wantedOf({ ...NEW_TOKEN, span: "day", day: "2026-12-24" }, NOW)?.expires).toBe(new Date(2026, 11, 25).toISOString());
    expect(wantedOf({ ...NEW_TOKEN, span: "day" }, NOW)).toBeNull();
  });

  test("is over when its time has come", () => {
    expect(isOver("2026-11-21T12:00:00Z", NOW)).toBe(true);
    expect(isOver("2026-11-21T12:00:01Z", NOW)).toBe(false);
    expect(isOver(null, NOW)).toBe(false);
  });
});

test("what is wrong is said at its field, or by itself", () => {
  const problem = { type: "", title: "Unprocessable", status: 422, detail: "name: is empty", request_id: "", field: "name" };
  const failure: Failure = { kind: "problem", problem };
  expect(errorAt(failure, "name")).toBe("is empty");
  expect(errorAt(failure, "expires")).toBeNull();
  expect(isElsewhere(failure, ["name"])).toBe(false);
  expect(isElsewhere(failure, ["old"])).toBe(true);
  expect(isElsewhere({ kind: "network" }, ["name"])).toBe(true);
  expect(isElsewhere(null, ["name"])).toBe(false);
});
