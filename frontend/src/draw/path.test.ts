import { describe, expect, it } from "vitest";
import { DELIVERED, NO_ROUTE, branch, hop, host } from "../state/sample";
import { drawingOf, type Drawing, type Ends, type Label } from "./path";

const WORDS = { ghost: "not reached", verdict: (verdict: string) => verdict };
const ENDS: Ends = {
  source: { name: "hq-pc1", address: "10.1.1.50" },
  destination: { name: "br-pc1", address: "10.2.1.50" },
  segment: "10.1.1.0/24",
};
const LONG = branch([...Array(9).keys()].map((each) => hop(each + 1, `core-${each + 1}`)));

const draw = (given = DELIVERED, width = 1200) => drawingOf(given, ENDS, WORDS, width);

function span({ shown, x, anchor }: Label): [number, number] {
  const width = shown.length * 12 * 0.61;
  if (anchor === "start") return [x, x + width];
  return anchor === "end" ? [x - width, x] : [x - width / 2, x + width / 2];
}

function overlaps(drawing: Drawing): string[] {
  const found: string[] = [];
  drawing.nodes.forEach((one, position) => {
    for (const other of drawing.nodes.slice(position + 1)) {
      const apart =
        one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
      if (!apart) found.push(`${one.name.full} and ${other.name.full}`);
    }
  });
  return found;
}

describe("a path", () => {
  it("begins at the source and ends at the destination", () => {
    expect(draw().nodes.map((node) => [node.name.full, node.shape, node.hop])).toEqual([
      ["hq-pc1", "host", null],
      ["hq-gw", "router", 1],
      ["br-gw", "router", 2],
      ["br-pc1", "host", 3],
    ]);
  });

  it("does not draw the source twice when it is the first hop", () => {
    const own = branch([hop(1, "hq-gw", { ip: "10.1.1.50", incoming: "" }), host(2, "br-pc1", "10.2.1.50")]);
    expect(draw(own).nodes).toHaveLength(2);
  });

  it("names segments and interfaces between the nodes", () => {
    expect(draw().links.map((link) => [link.outgoing?.full, link.segment?.full, link.incoming?.full])).toEqual([
      [undefined, "10.1.1.0/24", "eth0"],
      ["eth1", "10.100.1.0/24", "eth0"],
      ["eth1", "10.0.2.0/24", undefined],
    ]);
  });

  it("carries the verdict at its end only", () => {
    expect(draw().nodes.map((node) => node.badge?.verdict)).toEqual([undefined, undefined, undefined, "accepted"]);
  });

  it("shows what was not reached behind a broken link", () => {
    const drawing = draw(NO_ROUTE);
    expect(drawing.nodes.at(-1)).toMatchObject({ shape: "ghost", name: { full: "br-pc1" }, ip: { full: "not reached" }, badge: null });
    expect(drawing.links.map((link) => link.broken)).toEqual([null, null, "bad"]);
    expect(drawing.nodes.at(-2)?.badge).toMatchObject({ verdict: "no_route", tone: "bad" });
  });

  it("leaves a link open, not crossed out, where the known network ends", () => {
    expect(draw({ ...NO_ROUTE, verdict: "exits_network" }).links.at(-1)?.broken).toBe("open");
  });

  it("is source and destination alone when nothing is known in between", () => {
    const drawing = draw(branch([], { verdict: "unknown" }));
    expect(drawing.nodes.map((node) => node.shape)).toEqual(["host", "ghost"]);
    expect(drawing.links).toHaveLength(1);
  });

  it("gives the same for the same", () => {
    expect(draw(LONG)).toEqual(draw(LONG));
  });
});

describe("the room there is", () => {
  it("is one row where the path fits and one column on a phone", () => {
    expect(new Set(draw(DELIVERED, 1200).nodes.map((node) => node.y)).size).toBe(1);
    expect(new Set(draw(DELIVERED, 330).nodes.map((node) => node.x)).size).toBe(1);
  });

  it("breaks a long path into rows of nearly equal length", () => {
    const { nodes } = draw(LONG, 1200);
    const heights = [...new Set(nodes.map((node) => node.y))];
    expect(heights.map((y) => nodes.filter((node) => node.y === y).length)).toEqual([5, 5]);
  });

  it.each([280, 330, 500, 700, 900, 1200, 1600])("is enough at %i: nothing overlaps, nothing sticks out", (width) => {
    for (const path of [DELIVERED, NO_ROUTE, LONG]) {
      const drawing = draw(path, width);
      expect(overlaps(drawing)).toEqual([]);
      for (const node of drawing.nodes) {
        expect(node.x).toBeGreaterThanOrEqual(0);
        expect(node.x + node.width).toBeLessThanOrEqual(width);
        expect(node.y + node.height).toBeLessThan(drawing.height);
      }
    }
  });

  it.each([280, 900])("never lets the interfaces of a link run into each other at %i", (width) => {
    const crowded = branch([hop(1, "a", { outgoing: "a-very-long-name" }), hop(2, "b", { incoming: "another-long-one" })]);
    for (const { outgoing, incoming } of draw(crowded, width).links) {
      if (outgoing && incoming && outgoing.y === incoming.y) expect(span(outgoing)[1]).toBeLessThan(span(incoming)[0]);
    }
  });

  it("shortens what is too long in the middle and keeps the whole of it", () => {
    const long = "2001:0db8:1111:2222:3333:4444:5555:6666";
    const node = draw(branch([hop(1, "hq-gw", { ip: long })]), 300).nodes[1];
    expect(node?.ip.full).toBe(long);
    expect(node?.ip.shown).toMatch(/^2001:.*….*6666$/);
  });
});
