import { describe, expect, it } from "vitest";
import { fateOf, toneOf } from "./verdict";

describe("a verdict", () => {
  it.each([
    ["accepted", null, "accepted", "good"],
    ["denied_forward", "DROP", "dropped", "bad"],
    ["denied_forward", "REJECT", "rejected", "bad"],
    ["no_route", null, "rejected", "bad"],
    ["blackhole", null, "dropped", "bad"],
    ["conditional", null, "conditional", "open"],
    ["unknown", null, "unknown", "open"],
    ["exits_network", null, "unknown", "open"],
  ])("%s by %s is %s", (verdict, action, fate, tone) => {
    expect([fateOf(verdict, action), toneOf(verdict)]).toEqual([fate, tone]);
  });
});
