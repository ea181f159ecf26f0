/** Where everything of a path stands: a pure function of the trace and the room there is. No colours, no elements. */

import type { Way as Branch, Hop } from "../api/types";
import { toneOf, type Tone } from "../state/verdict";
import { MONO, NAME, WORD, fitted, widthOf } from "./measure";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Shape = "host" | "router" | "ghost";

export interface Label extends Point {
  /** What fits, and the whole of it. */
  readonly shown: string;
  readonly full: string;
  readonly anchor: "start" | "middle" | "end";
}

export interface Badge extends Point {
  readonly width: number;
  readonly height: number;
  readonly verdict: string;
  readonly tone: Tone;
}

export interface Node extends Point {
  /** Number of the hop; null for an end of the flow that is no hop. */
  readonly hop: number | null;
  readonly shape: Shape;
  readonly width: number;
  readonly height: number;
  readonly name: Label;
  readonly ip: Label;
  readonly badge: Badge | null;
}

export interface Link {
  readonly points: readonly Point[];
  /** null where the packet passes; else how the path ends here, instead of going on. */
  readonly broken: Tone | null;
  /** Where a link that stops the packet is crossed out. */
  readonly middle: Point;
  readonly segment: Label | null;
  readonly outgoing: Label | null;
  readonly incoming: Label | null;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
}

/** An end of the flow that may not be a hop: who sends, and who is sent to. */
export interface End {
  readonly name: string;
  readonly address: string;
}

export interface Ends {
  readonly source: End;
  readonly destination: End;
  /** Where the source meets the first hop, when that is known. */
  readonly segment: string | null;
}

/** Words for what the trace does not say; the drawing itself knows no language. */
export interface Words {
  readonly ghost: string;
  readonly verdict: (verdict: string) => string;
}

interface Stop {
  readonly hop: Hop | null;
  readonly shape: Shape;
  readonly name: string;
  readonly ip: string;
  readonly incoming: string;
  readonly outgoing: string;
  readonly segment: string;
  /** How the link that leads here is broken. */
  readonly broken: Tone | null;
}

const MARGIN = 12;
const ICON = 34;
const INSET = 12;
const HEIGHT = 62;
const BADGE = 24;
const SPACE = { column: 84, row: 92 } as const;
const NODE_WIDTH = { least: 128, most: 236, column: 320 } as const;
/** Narrower than this, rows would be harder to follow than a column. */
const PHONE = 560;
const GAP = { least: 80, most: 240 } as const;

function stopOf(hop: Hop): Stop {
  return {
    hop,
    shape: hop.is_router ? "router" : "host",
    name: hop.name,
    ip: hop.ip === hop.name ? "" : hop.ip,
    incoming: hop.incoming,
    outgoing: hop.outgoing,
    segment: hop.segment ?? "",
    broken: null,
  };
}

function endStop({ name, address }: End, shape: Shape, segment: string | null): Stop {
  const ip = name === address ? "" : address;
  return { hop: null, shape, name, ip, incoming: "", outgoing: "", segment: segment ?? "", broken: null };
}

/** The hops; before them the source unless it is the first hop itself; behind a path that broke off the destination. */
function stopsOf(branch: Branch, ends: Ends, words: Words): readonly Stop[] {
  const stops = branch.path.map(stopOf);
  const [first, last] = [branch.path[0], branch.path.at(-1)];
  const startsAtSource = first !== undefined && (first.ip === ends.source.address || (first.is_router && first.incoming === ""));
  if (!startsAtSource) stops.unshift(endStop(ends.source, "host", ends.segment));
  const endsAtDestination = last !== undefined && last.ip === ends.destination.address;
  if (branch.verdict !== "accepted" && !endsAtDestination) {
    stops.push({ ...endStop(ends.destination, "ghost", null), ip: words.ghost, broken: toneOf(branch.verdict) });
  }
  return stops;
}

function wantedWidth(stop: Stop): number {
  return ICON + 2 * INSET + Math.max(widthOf(stop.name, NAME), widthOf(stop.ip, MONO));
}

function wantedGap(stop: Stop, next: Stop): number {
  const ends = widthOf(stop.outgoing, MONO) + widthOf(next.incoming, MONO);
  return Math.max(widthOf(stop.segment, MONO) + 20, ends + 28);
}

function clamped(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function label(full: string, x: number, y: number, anchor: Label["anchor"], room: number): Label {
  return { full, shown: fitted(full, MONO, room), x, y, anchor };
}

/** Hangs over the lower edge of its node: in the middle, or to the right where a link leaves there. */
function badge(node: Point, width: number, verdict: string, words: Words, isColumn: boolean): Badge {
  const wanted = widthOf(words.verdict(verdict), WORD) + 36;
  return {
    x: node.x + (isColumn ? width - wanted - INSET : (width - wanted) / 2),
    y: node.y + HEIGHT - BADGE / 2 + 3,
    width: wanted,
    height: BADGE,
    verdict,
    tone: toneOf(verdict),
  };
}

interface Cell extends Point {
  readonly width: number;
  readonly isColumn: boolean;
}

function nodeAt(stop: Stop, cell: Cell, branch: Branch, words: Words): Node {
  const { width, isColumn } = cell;
  const at = { x: cell.x, y: cell.y };
  const { hop } = stop;
  const room = width - ICON - 2 * INSET + 6;
  const left = at.x + INSET + ICON;
  const isLast = hop !== null && hop === branch.path.at(-1);
  const verdict = hop === null ? null : isLast ? branch.verdict : hop.verdict;
  const hasTwoLines = stop.ip !== "";
  return {
    ...at,
    hop: hop?.hop ?? null,
    shape: stop.shape,
    width,
    height: HEIGHT,
    name: { full: stop.name, shown: fitted(stop.name, NAME, room), x: left, y: at.y + (hasTwoLines ? 25 : 35), anchor: "start" },
    ip: label(stop.ip, left, at.y + 43, "start", room),
    badge: verdict === null || (verdict === "accepted" && !isLast) ? null : badge(at, width, verdict, words, isColumn),
  };
}

interface Gap {
  readonly stop: Stop;
  readonly next: Stop;
  readonly from: Node;
  readonly to: Node;
}

function named(text: string): string | null {
  return text === "" ? null : text;
}

/** Side by side: segment above the line, interfaces below its ends. */
function across({ stop, next, from, to }: Gap): Link {
  const y = from.y + HEIGHT / 2;
  const [x1, x2] = [from.x + from.width, to.x];
  const [out, into, segment] = [named(stop.outgoing), named(next.incoming), named(stop.segment)];
  const half = (x2 - x1) / 2 - 10;
  const middle = { x: (x1 + x2) / 2, y };
  return {
    points: [{ x: x1, y }, { x: x2, y }],
    broken: next.broken,
    middle,
    segment: segment === null ? null : label(segment, middle.x, y - 10, "middle", x2 - x1 - 10),
    outgoing: out === null ? null : label(out, x1 + 8, y + 18, "start", into === null ? 2 * half : half),
    incoming: into === null ? null : label(into, x2 - 8, y + 18, "end", out === null ? 2 * half : half),
  };
}

/** One below the other: straight down, with everything to the right of the line. */
function down({ stop, next, from, to }: Gap, room: number): Link {
  const x = from.x + INSET + ICON / 2;
  const top = from.y + HEIGHT;
  const middle = { x, y: (top + to.y) / 2 };
  const [out, into, segment] = [named(stop.outgoing), named(next.incoming), named(stop.segment)];
  const write = (text: string | null, y: number) => (text === null ? null : label(text, x + 14, y, "start", room));
  return {
    points: [{ x, y: top }, { x, y: to.y }],
    broken: next.broken,
    middle,
    segment: write(segment, middle.y + 4),
    outgoing: write(out, top + 18),
    incoming: write(into, to.y - 10),
  };
}

/** From the end of one row to the beginning of the next, through the space between them. */
function around({ stop, next, from, to }: Gap): Link {
  const [x1, x2] = [from.x + from.width / 2, to.x + to.width / 2];
  const top = from.y + HEIGHT;
  const middle = { x: (x1 + x2) / 2, y: top + SPACE.row / 2 + 6 };
  const [out, into, segment] = [named(stop.outgoing), named(next.incoming), named(stop.segment)];
  return {
    points: [{ x: x1, y: top }, { x: x1, y: middle.y }, { x: x2, y: middle.y }, { x: x2, y: to.y }],
    broken: next.broken,
    middle,
    segment: segment === null ? null : label(segment, middle.x, middle.y - 9, "middle", x1 - x2),
    outgoing: out === null ? null : label(out, x1 + 10, top + (from.badge === null ? 18 : 32), "start", from.width / 2),
    incoming: into === null ? null : label(into, x2 + 10, to.y - 10, "start", to.width / 2),
  };
}

function pairs(nodes: readonly Node[], stops: readonly Stop[]): readonly Gap[] {
  return nodes.slice(1).flatMap((to, position) => {
    const [from, stop, next] = [nodes[position], stops[position], stops[position + 1]];
    return from && stop && next ? [{ stop, next, from, to }] : [];
  });
}

function column(stops: readonly Stop[], branch: Branch, words: Words, width: number): Drawing {
  const nodeWidth = Math.min(width - 2 * MARGIN, NODE_WIDTH.column);
  const x = (width - nodeWidth) / 2;
  const nodes = stops.map((stop, row) =>
    nodeAt(stop, { x, y: MARGIN + row * (HEIGHT + SPACE.column), width: nodeWidth, isColumn: true }, branch, words),
  );
  const height = 2 * MARGIN + stops.length * HEIGHT + Math.max(stops.length - 1, 0) * SPACE.column + BADGE / 2;
  const links = pairs(nodes, stops).map((ends) => down(ends, nodeWidth - ICON - INSET));
  return { width, height, nodes, links };
}

interface Grid {
  readonly perRow: number;
  readonly nodeWidth: number;
  readonly gap: number;
}

function rows(stops: readonly Stop[], branch: Branch, words: Words, width: number, grid: Grid): Drawing {
  const { perRow, nodeWidth, gap } = grid;
  const left = (width - perRow * nodeWidth - (perRow - 1) * gap) / 2;
  const nodes = stops.map((stop, position) => {
    const cell = {
      x: left + (position % perRow) * (nodeWidth + gap),
      y: MARGIN + Math.floor(position / perRow) * (HEIGHT + SPACE.row),
      width: nodeWidth,
      isColumn: false,
    };
    return nodeAt(stop, cell, branch, words);
  });
  const count = Math.ceil(stops.length / perRow);
  const height = 2 * MARGIN + count * HEIGHT + (count - 1) * SPACE.row + BADGE / 2;
  const links = pairs(nodes, stops).map((ends) => (ends.from.y === ends.to.y ? across(ends) : around(ends)));
  return { width, height, nodes, links };
}

/** Rows of nearly equal length; one column on a phone, unless the whole path fits side by side. */
export function drawingOf(branch: Branch, ends: Ends, words: Words, width: number): Drawing {
  const stops = stopsOf(branch, ends, words);
  const inner = width - 2 * MARGIN;
  const nodeWidth = clamped(Math.max(0, ...stops.map(wantedWidth)), NODE_WIDTH.least, NODE_WIDTH.most);
  const gaps = stops.slice(1).map((next, position) => wantedGap(stops[position] ?? next, next));
  const least = clamped(Math.max(0, ...gaps), GAP.least, GAP.most);
  const fitting = Math.floor((inner + least) / (nodeWidth + least));
  if (fitting < stops.length && (fitting < 2 || width < PHONE)) return column(stops, branch, words, width);
  const count = Math.ceil(stops.length / Math.max(fitting, 1));
  const perRow = Math.max(Math.ceil(stops.length / Math.max(count, 1)), 1);
  const spread = perRow > 1 ? (inner - perRow * nodeWidth) / (perRow - 1) : least;
  return rows(stops, branch, words, width, { perRow, nodeWidth, gap: clamped(spread, least, GAP.most) });
}
