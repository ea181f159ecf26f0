import { expect, test } from "vitest";
import type { Layout } from "../api/types";
import { first, following, hasDetails, isWhole, nextTo, nodesOf, panned, showing, whole, zoomed } from "./topology";

const box = { width: 60, height: 20 };
const LAYOUT: Layout = {
  width: 1000,
  height: 500,
  routers: [
    { name: "west", x: 100, y: 250, location: "", ...box },
    { name: "east", x: 900, y: 250, location: "", ...box },
    { name: "north", x: 500, y: 40, location: "", ...box },
  ],
  segments: [{ name: "middle", kind: "shared", x: 500, y: 260, hosts: 0, ...box }],
  links: [],
};
const FRAME = { width: 1000, height: 600 };
const NODES = nodesOf(LAYOUT);
const named = (name: string) => NODES.find((node) => node.name === name)!;

test("all of the map fits into a frame of another shape, in its middle", () => {
  expect(whole(LAYOUT, FRAME)).toEqual({ x: 0, y: -50, width: 1000, height: 600 });
  expect(whole(LAYOUT, { width: 400, height: 400 })).toEqual({ x: 0, y: -250, width: 1000, height: 1000 });
});

test("a small window begins with a part that can be read", () => {
  expect(first(LAYOUT, FRAME, { x: 0, y: 0 })).toEqual(whole(LAYOUT, FRAME));
  const small = { width: 320, height: 320 };
  const view = first(LAYOUT, small, { x: 900, y: 250 });
  expect(hasDetails(view, small)).toBe(true);
  expect(view.x + view.width).toBeLessThanOrEqual(1000);
  expect(hasDetails(whole(LAYOUT, small), small)).toBe(false);
});

test("zooming keeps the point under the mouse, and ends at all of it and at four times its size", () => {
  const near = zoomed(whole(LAYOUT, FRAME), 2, { x: 500, y: 250 }, LAYOUT, FRAME);
  expect(near).toEqual({ x: 250, y: 100, width: 500, height: 300 });
  let view = near;
  for (let at = 0; at < 20; at++) view = zoomed(view, 2, { x: 500, y: 250 }, LAYOUT, FRAME);
  expect(view.width).toBe(250);
  for (let at = 0; at < 20; at++) view = zoomed(view, 0.5, { x: 0, y: 0 }, LAYOUT, FRAME);
  expect(isWhole(view, LAYOUT, FRAME)).toBe(true);
});

test("nobody pans beside the map", () => {
  const near = zoomed(whole(LAYOUT, FRAME), 2, { x: 500, y: 250 }, LAYOUT, FRAME);
  expect(panned(near, { x: -9_999, y: 9_999 }, LAYOUT, FRAME)).toMatchObject({ x: 0, y: 250 });
});

test("what gets the focus comes into view, and what is in view stays where it is", () => {
  const near = zoomed(whole(LAYOUT, FRAME), 4, { x: 0, y: 250 }, LAYOUT, FRAME);
  const east = named("east").box;
  const seen = showing(near, east, LAYOUT, FRAME);
  expect(seen.x + seen.width).toBeGreaterThanOrEqual(east.x + east.width);
  expect(showing(seen, east, LAYOUT, FRAME)).toBe(seen);
  const beside = showing(seen, east, LAYOUT, FRAME, 400);
  expect(beside.x + beside.width - 400 * (beside.width / FRAME.width)).toBeGreaterThanOrEqual(east.x + east.width);
});

test("arrows lead to what is next in their direction", () => {
  expect(nextTo(NODES, named("west"), "right")).toBe(named("middle"));
  expect(nextTo(NODES, named("middle"), "right")).toBe(named("east"));
  expect(nextTo(NODES, named("middle"), "up")).toBe(named("north"));
  expect(nextTo(NODES, named("west"), "left")).toBeNull();
});

test("all nodes stand in one order, which goes round", () => {
  expect(NODES.map((node) => node.name)).toEqual(["north", "west", "middle", "east"]);
  expect(following(NODES, named("east"), 1)).toBe(named("north"));
  expect(following(NODES, named("north"), -1)).toBe(named("east"));
});
