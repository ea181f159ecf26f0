import { describe, expect, it } from "vitest";
import type { DrawnWay } from "../api/types";
import { LINE, NAME, drawingOf, type Tag } from "./way";
import { widthOf } from "./measure";

const node = (name: string, given = {}) => ({ name, lines: ["10.0.0.1", "eth0 → eth1"], is_router: true, is_reached: true, onward: "10.100.1.0/24", ...given });
const WAY: DrawnWay = {
  direction: "there",
  machines: [
    { x: 53, y: 44, width: 90, height: 44, node: node("a-router-with-a-very-long-name"), arrow: [[98, 44], [144, 44]] },
    { x: 189, y: 44, width: 90, height: 44, node: node("b"), arrow: [[234, 44], [240, 44], [240, 78], [53, 78], [53, 90]] },
    { x: 53, y: 112, width: 90, height: 44, node: node("c", { is_reached: false }), arrow: [] },
  ],
};
const TAG: Tag = { word: "dropped", fate: "dropped", standing: "predicted" };
const drawing = drawingOf(WAY, 300, (name) => (name === "b" ? TAG : null));

describe("a way as the server has placed it", () => {
  it("keeps every box where it was put", () => {
    expect(drawing.machines.map(({ x, y }) => [x, y])).toEqual([[8, 22], [144, 22], [8, 90]]);
    expect(drawing.top).toBeLessThan(22);
    expect(drawing.top + drawing.height).toBeGreaterThan(134);
  });

  it("lets no word stick out of its box", () => {
    const [long] = drawing.machines;
    if (!long) throw new Error("it is not there");
    expect(long.title.shown).toContain("…");
    for (const { x, shown } of long.lines) expect(x + widthOf(shown, LINE)).toBeLessThanOrEqual(long.x + long.width);
    expect(long.title.x + widthOf(long.title.shown, NAME)).toBeLessThanOrEqual(long.x + long.width);
  });

  it("hangs what is known at the lower edge, within the box", () => {
    expect(drawing.machines.map(({ badge }) => badge?.word)).toEqual([undefined, "dropped", undefined]);
    const badge = drawing.machines[1]?.badge;
    expect(badge && badge.x).toBeGreaterThanOrEqual(144);
    expect(badge && badge.y + badge.height).toBeLessThan(drawing.top + drawing.height);
  });

  it("names the segment above and below an arrow, and on the line to the next row", () => {
    expect(drawing.machines[0]?.arrow).toMatchObject({ isDown: false, isBroken: false, words: [{ full: "10.100.1.0" }, { full: "/24" }] });
    expect(drawing.machines[1]?.arrow).toMatchObject({ isDown: true, isBroken: true, words: [{ full: "10.100.1.0/24" }] });
    expect(drawing.machines[2]?.arrow).toBeNull();
  });
});
