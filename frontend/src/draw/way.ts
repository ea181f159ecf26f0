/** A way of a test, where the server has put it (backend/report/layout/path.py): what of its words fits, and what hangs where. */

import type { DrawnMachine, DrawnWay } from "../api/types";
import type { Fate } from "../state/verdict";
import { fitted, widthOf, type Font } from "./measure";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths are points, as the server's. */
export const NAME: Font = { size: 8, ratio: 0.62 };
export const LINE: Font = { size: 6.8, ratio: 0.61 };
export const WORD: Font = { size: 7, ratio: 0.62 };

export interface Words extends Point {
  readonly shown: string;
  readonly full: string;
}

/** What hangs on a machine. */
export interface Tag {
  readonly word: string;
  readonly fate: Fate;
  /** How sure that is: it is drawn in another line. */
  readonly standing: string;
}

export interface Badge extends Tag, Point {
  readonly width: number;
  readonly height: number;
}

export interface Machine extends Point {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly isRouter: boolean;
  readonly isReached: boolean;
  readonly title: Words;
  readonly lines: readonly Words[];
  readonly badge: Badge | null;
  readonly arrow: Arrow | null;
}

export interface Arrow {
  readonly points: readonly Point[];
  readonly isDown: boolean;
  /** What it leads to is not reached. */
  readonly isBroken: boolean;
  readonly words: readonly Words[];
}

export interface Drawing {
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly machines: readonly Machine[];
}

/** What the server says of a machine (Node there). */
interface Node {
  readonly name: string;
  readonly lines: readonly string[];
  readonly is_router: boolean;
  readonly is_reached: boolean;
  readonly onward: string;
}

const INSET = 5;
const SYMBOL = 15;
const BADGE = 12;
const MARGIN = 4;

export function drawingOf(way: DrawnWay, width: number, tagOf: (name: string) => Tag | null): Drawing {
  const nodes = way.machines.map((machine) => machine.node as unknown as Node);
  const machines = way.machines.map((machine, position) => machineOf(machine, nodes[position + 1] ?? null, tagOf));
  const top = Math.min(...machines.map(({ y }) => y)) - MARGIN;
  const bottom = Math.max(...machines.map(({ y, height }) => y + height)) + BADGE / 2 + MARGIN;
  return { top, width, height: bottom - top, machines };
}

function machineOf({ x, y, width, height, node, arrow }: DrawnMachine, next: Node | null, tagOf: (name: string) => Tag | null): Machine {
  const { name, lines, is_router: isRouter, is_reached: isReached, onward } = node as unknown as Node;
  const corner = { x: x - width / 2, y: y - height / 2 };
  const left = corner.x + INSET + SYMBOL;
  const room = width - SYMBOL - 2 * INSET;
  const tag = tagOf(name);
  return {
    ...corner,
    name,
    width,
    height,
    isRouter,
    isReached,
    title: { full: name, shown: fitted(name, NAME, room), x: left, y: corner.y + 12 },
    lines: lines.slice(0, 2).map((full, row) => ({ full, shown: fitted(full, LINE, room), x: left, y: corner.y + 21.5 + row * 8.6 })),
    badge: tag && badgeOf(tag, corner, width, height),
    arrow: arrow.length === 0 ? null : arrowOf(arrow, onward, next),
  };
}

/** Hangs over the lower edge of its box. */
function badgeOf(tag: Tag, { x, y }: Point, width: number, height: number): Badge {
  const wanted = widthOf(tag.word, WORD) + BADGE + 8;
  return { ...tag, x: x + (width - wanted) / 2, y: y + height - BADGE / 2, width: wanted, height: BADGE };
}

function arrowOf(arrow: DrawnMachine["arrow"], onward: string, next: Node | null): Arrow {
  const points = arrow.map(([x, y]) => ({ x: Number(x), y: Number(y) }));
  const [last, before] = [points.at(-1), points.at(-2)];
  const isDown = last?.x === before?.x;
  return { points, isDown, isBroken: next?.is_reached === false, words: isDown ? below(points, onward) : beside(points, onward) };
}

/** A subnet stands above and below its arrow, so that both fit. */
function beside(points: readonly Point[], onward: string): readonly Words[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || onward === "") return [];
  const x = (first.x + last.x) / 2;
  const room = last.x - first.x - 2;
  const cut = onward.split("/").length === 2 ? onward.indexOf("/") : onward.length;
  return [onward.slice(0, cut), onward.slice(cut)]
    .map((full, row) => ({ full, shown: fitted(full, LINE, room), x, y: first.y + (row === 0 ? -3 : 8) }))
    .filter(({ full }) => full !== "");
}

/** Below the line that leads back to the beginning of the next row. */
function below(points: readonly Point[], onward: string): readonly Words[] {
  const [from, to] = [points.at(-3), points.at(-2)];
  if (!from || !to || onward === "") return [];
  // Nothing else stands to the right of there, so a short line is no reason to shorten the name.
  const least = Math.min(from.x, to.x) + 5 + widthOf(onward, LINE) / 2;
  return [{ full: onward, shown: onward, x: Math.max((from.x + to.x) / 2, least), y: from.y + 7.5 }];
}
