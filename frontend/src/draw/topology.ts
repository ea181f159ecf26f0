/** The map of a network as one looks at it: which part of it is seen, and which node is next to which. Lengths are those of the server's geometry. */

import type { DrawnRouter, DrawnSegment, Layout } from "../api/types";
import type { Place } from "../state/topology";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The part of the map that is seen, as an SVG's viewBox has it. */
export interface View extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Node = Place & { readonly key: string; readonly box: View } & (
  | { readonly kind: "router"; readonly drawn: DrawnRouter }
  | { readonly kind: "segment"; readonly drawn: DrawnSegment }
);

const AROUND = 24;
const CLOSEST = 4;
/** Pixels for a length of 1, below which names cannot be read. */
const READABLE = 0.62;
const AT_FIRST = 1;
const STEPS = 8;

export function nodesOf(layout: Layout): readonly Node[] {
  const routers = layout.routers.map((drawn): Node => ({ kind: "router", name: drawn.name, key: `router ${drawn.name}`, drawn, box: boxOf(drawn) }));
  const segments = layout.segments.map((drawn): Node => ({ kind: "segment", name: drawn.name, key: `segment ${drawn.name}`, drawn, box: boxOf(drawn) }));
  // As one reads: in bands from above, each from the left.
  const band = (node: Node) => Math.round(node.drawn.y / 60);
  return [...routers, ...segments].sort((one, other) => band(one) - band(other) || one.drawn.x - other.drawn.x);
}

function boxOf({ x, y, width, height }: DrawnRouter | DrawnSegment): View {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** All of it, in the shape of the frame. */
export function whole(layout: Size, frame: Size): View {
  return shaped({ x: 0, y: 0, width: layout.width, height: layout.height }, frame);
}

/** What is seen when the page opens: all of it, where that can be read; else what is around a place. */
export function first(layout: Size, frame: Size, middle: Point): View {
  const all = whole(layout, frame);
  if (frame.width / all.width >= READABLE) return all;
  const [width, height] = [frame.width / AT_FIRST, frame.height / AT_FIRST];
  return kept({ x: middle.x - width / 2, y: middle.y - height / 2, width, height }, layout, frame);
}

/** Larger than 1: nearer. The point stays where it is on the screen. */
export function zoomed(view: View, factor: number, at: Point, layout: Size, frame: Size): View {
  const most = whole(layout, frame).width;
  const width = Math.min(Math.max(view.width / factor, frame.width / CLOSEST), Math.max(most, frame.width / CLOSEST));
  const share = width / view.width;
  const moved = { x: at.x - (at.x - view.x) * share, y: at.y - (at.y - view.y) * share, width, height: view.height * share };
  return kept(moved, layout, frame);
}

/** Further to the right where something lies over the map there. */
export function panned(view: View, by: Point, layout: Size, frame: Size, covered = 0): View {
  return kept({ ...view, x: view.x + by.x, y: view.y + by.y }, layout, frame, covered * (view.width / frame.width));
}

/** Moved as little as it takes to see the box, with some room; `covered` is what lies over the right of the frame. */
export function showing(view: View, box: View, layout: Size, frame: Size, covered = 0): View {
  const hidden = covered * (view.width / frame.width);
  const x = moved(view.x, view.width - hidden, box.x, box.width);
  const y = moved(view.y, view.height, box.y, box.height);
  return x === view.x && y === view.y ? view : kept({ ...view, x, y }, layout, frame, hidden);
}

export function middleOf(view: View): Point {
  return { x: view.x + view.width / 2, y: view.y + view.height / 2 };
}

export function isWhole(view: View, layout: Size, frame: Size): boolean {
  return view.width >= whole(layout, frame).width - 0.5;
}

/** Names of interfaces and the like are left out where they would be no more than dots. */
export function hasDetails(view: View, frame: Size): boolean {
  return frame.width / view.width >= READABLE;
}

export type Direction = "up" | "down" | "left" | "right";

const TOWARDS: Readonly<Record<Direction, Point>> = {
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
};

/** The node that is next in a direction; what is straight ahead is nearer than what is aside. */
export function nextTo(nodes: readonly Node[], from: Node, direction: Direction): Node | null {
  const towards = TOWARDS[direction];
  let best: Node | null = null;
  let least = Infinity;
  for (const node of nodes) {
    const [dx, dy] = [node.drawn.x - from.drawn.x, node.drawn.y - from.drawn.y];
    const ahead = dx * towards.x + dy * towards.y;
    const aside = Math.abs(dx * towards.y + dy * towards.x);
    if (node === from || ahead <= 1 || aside > ahead * STEPS) continue;
    const far = ahead + 2.2 * aside;
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

/** In the order of reading, and round again. */
export function following(nodes: readonly Node[], from: Node, by: number): Node {
  const at = nodes.indexOf(from);
  return nodes[(at + by + nodes.length) % nodes.length] ?? from;
}

function shaped(view: View, frame: Size): View {
  const scale = Math.max(view.width / frame.width, view.height / frame.height);
  const [width, height] = [frame.width * scale, frame.height * scale];
  return { x: view.x - (width - view.width) / 2, y: view.y - (height - view.height) / 2, width, height };
}

/** Nobody gets lost beside the map. */
function kept(view: View, layout: Size, frame: Size, beyond = 0): View {
  const all = whole(layout, frame);
  return { ...view, x: within(view.x, view.width, all.x, all.width + beyond), y: within(view.y, view.height, all.y, all.height) };
}

function within(at: number, length: number, from: number, all: number): number {
  if (length > all) return from - (length - all) / 2;
  return Math.min(Math.max(at, from), from + all - length);
}

function moved(at: number, length: number, from: number, wide: number): number {
  if (from - AROUND < at) return from - AROUND;
  if (from + wide + AROUND > at + length) return from + wide + AROUND - length;
  return at;
}
