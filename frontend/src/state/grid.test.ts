import { describe, expect, it } from "vitest";
import { moved } from "./grid";

const SIZE = { rows: 25, columns: 3 };
const by = (key: string, ctrlKey = false) => moved({ row: 1, column: 1 }, { key, ctrlKey }, SIZE);

describe("moving in a grid", () => {
  it("goes a step with each arrow", () => {
    expect([by("ArrowLeft"), by("ArrowRight"), by("ArrowUp"), by("ArrowDown")]).toEqual([
      { row: 1, column: 0 }, { row: 1, column: 2 }, { row: 0, column: 1 }, { row: 2, column: 1 },
    ]);
  });

  it("goes to the ends of the row, and of the grid", () => {
    expect([by("Home"), by("End"), by("Home", true), by("End", true)]).toEqual([
      { row: 1, column: 0 }, { row: 1, column: 2 }, { row: 0, column: 0 }, { row: 24, column: 2 },
    ]);
  });

  it("stays at an edge", () => {
    expect(moved({ row: 24, column: 2 }, { key: "ArrowDown", ctrlKey: false }, SIZE)).toEqual({ row: 24, column: 2 });
    expect(by("PageUp")).toEqual({ row: 0, column: 1 });
    expect(by("PageDown")).toEqual({ row: 11, column: 1 });
  });

  it("leaves all other keys to the browser", () => {
    expect(by("Tab")).toBeNull();
  });
});
