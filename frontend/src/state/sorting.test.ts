import { describe, expect, it } from "vitest";
import { sorted, turned } from "./sorting";

describe("rows", () => {
  it("are sorted by numbers in words too", () => {
    expect(sorted(["eth10", "eth2", "Eth1"], (row) => row, false)).toEqual(["Eth1", "eth2", "eth10"]);
  });

  it.each([[false, [1, 2, null]], [true, [2, 1, null]]])("have what is not known last (down: %s)", (isDown, expected) => {
    expect(sorted([null, 2, 1], (row) => row, isDown)).toEqual(expected);
  });

  it("are turned round by the same column only", () => {
    expect(turned(null, "a")).toEqual({ column: "a", isDown: false });
    expect(turned({ column: "a", isDown: false }, "a").isDown).toBe(true);
    expect(turned({ column: "a", isDown: true }, "b").isDown).toBe(false);
  });
});
