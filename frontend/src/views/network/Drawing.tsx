import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Layout } from "../../api/types";
import {
  first, following, hasDetails, isWhole, middleOf, nextTo, nodesOf, panned, showing, whole, zoomed,
  type Direction, type Node, type Point, type Size, type View,
} from "../../draw/topology";
import { isSame, type Place } from "../../state/topology";
import { text } from "../../text/network";
import { Button } from "../parts/Button";

interface Props {
  readonly name: string;
  readonly layout: Layout;
  readonly chosen: Place | null;
  /** What was searched for; null: nothing was. */
  readonly marked: readonly Place[] | null;
  /** Pixels at the right over which something else lies. */
  readonly covered: number;
  readonly onChoose: (place: Place | null) => void;
}

const STEP = 1.4;
const DRAGGED = 4;
const DIRECTIONS: Readonly<Record<string, Direction>> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/** One stop of the Tab key; from there arrows lead to all nodes. */
export function Drawing({ name, layout, chosen, marked, covered, onChoose }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const nodes = useMemo(() => nodesOf(layout), [layout]);
  const [active, setActive] = useState<string | null>(null);
  const current = nodes.find((node) => node.key === active) ?? nodes.find((node) => isSame(node, chosen)) ?? nodes.find((node) => node.kind === "router");
  const { view, frame, change, isTouched } = useView(svg, layout, nodes.find((node) => isSame(node, chosen)) ?? busiest(layout, nodes));
  const zoomAt = (factor: number, at: Point) => change((now, size) => zoomed(now, factor, at, layout, size));
  useWheel(svg, frame !== null, zoomAt);
  const drag = useFingers(svg, { pan: (by) => change((now, size) => panned(now, by, layout, size, covered)), zoom: zoomAt });
  const zoom = (factor: number) => change((now, size) => zoomed(now, factor, middleOf(now), layout, size));
  const all = () => change((_, size) => whole(layout, size));

  useEffect(() => {
    const node = nodes.find((each) => isSame(each, chosen));
    if (!node) return;
    setActive(node.key);
    change((now, size) => showing(now, node.box, layout, size, covered), false);
  }, [chosen?.kind, chosen?.name, covered, frame === null]);

  const focus = (node: Node | null) => {
    if (node === null) return;
    setActive(node.key);
    svg.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(node.key)}"]`)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = nodes.find((node) => node.key === (event.target as Element).getAttribute("data-node"));
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const towards = DIRECTIONS[event.key];
    const acts: Readonly<Record<string, () => void>> = {
      PageDown: () => focus(following(nodes, from, 1)),
      PageUp: () => focus(following(nodes, from, -1)),
      Home: () => focus(nodes[0] ?? null),
      End: () => focus(nodes.at(-1) ?? null),
      Enter: () => onChoose(from),
      " ": () => onChoose(from),
      Escape: () => onChoose(null),
      "+": () => zoom(STEP),
      "=": () => zoom(STEP),
      "-": () => zoom(1 / STEP),
      "0": all,
    };
    const act = towards ? () => focus(nextTo(nodes, from, towards)) : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const isDetailed = view !== null && frame !== null && hasDetails(view, frame);
  // Made again only when something of it changes, and not while the map is moved: there may be hundreds.
  const found = useMemo(() => marked && new Set(marked.map((place) => `${place.kind} ${place.name}`)), [marked]);
  const drawn = useMemo(
    () => (
      <>
        <Lines layout={layout} chosen={chosen} isDetailed={isDetailed} />
        {nodes.map((node) => (
          <Stop
            key={node.key} node={node} isChosen={isSame(node, chosen)} isActive={node === current}
            isDim={found !== null && !found.has(node.key)}
            onFocus={() => {
              setActive(node.key);
              change((now, size) => showing(now, node.box, layout, size, covered), false);
            }}
            onChoose={() => !drag.wasDragged() && onChoose(node)}
          />
        ))}
      </>
    ),
    [nodes, chosen?.kind, chosen?.name, current, found, isDetailed, covered, onChoose],
  );
  return (
    <div class="map">
      <svg
        ref={svg} role="group" aria-label={text.topology.mapLabel(name)} aria-describedby="map-keys"
        viewBox={view ? `${view.x} ${view.y} ${view.width} ${view.height}` : undefined}
        class={[isDetailed && "detailed", isTouched && "moved"].filter(Boolean).join(" ")}
        onKeyDown={onKeyDown} onClick={() => !drag.wasDragged() && onChoose(null)} {...drag.on}
      >
        {view && drawn}
      </svg>
      <div class="map-controls">
        <Button onPress={() => zoom(STEP)} label={text.topology.nearer}>+</Button>
        <Button onPress={() => zoom(1 / STEP)} label={text.topology.farther}>−</Button>
        {view && frame && !isWhole(view, layout, frame) && <Button onPress={all}>{text.topology.all}</Button>}
      </div>
      <p id="map-keys" hidden>{text.topology.keys}</p>
    </div>
  );
}

interface LinesProps {
  readonly layout: Layout;
  readonly chosen: Place | null;
  readonly isDetailed: boolean;
}

function Lines({ layout, chosen, isDetailed }: LinesProps) {
  const isNear = (router: string, segment: string) => isSame(chosen, { kind: "router", name: router }) || isSame(chosen, { kind: "segment", name: segment });
  return (
    <g aria-hidden="true">
      {layout.links.map(({ router, interface: name, segment, points }) => (
        <polyline key={`${router} ${name}`} class={isNear(router, segment) ? "line near" : "line"} points={points.map((point) => point.join(",")).join(" ")} />
      ))}
      {isDetailed && layout.links.map(({ router, interface: name, label }) => <text key={`${router} ${name}`} class="port" x={Number(label[0])} y={Number(label[1]) + 2.4}>{name}</text>)}
    </g>
  );
}

interface StopProps {
  readonly node: Node;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly isDim: boolean;
  readonly onFocus: () => void;
  readonly onChoose: () => void;
}

function Stop({ node, isChosen, isActive, isDim, onFocus, onChoose }: StopProps) {
  const { x, y, width, height } = node.box;
  const kind = node.kind === "router" ? "router" : `segment ${node.drawn.kind}`;
  const more = node.kind === "router" ? node.drawn.location : node.drawn.hosts > 0 ? text.topology.hosts(node.drawn.hosts) : "";
  const click = (event: MouseEvent) => {
    event.stopPropagation();
    onChoose();
  };
  return (
    <g
      class={`place ${kind}${isDim ? " dim" : ""}`} role="button" tabindex={isActive ? 0 : -1} data-node={node.key}
      aria-label={text.topology.node(node.kind, node.name, more)} aria-pressed={isChosen} onClick={click} onFocus={onFocus}
    >
      <rect class="ring" x={x - 3.5} y={y - 3.5} width={width + 7} height={height + 7} rx="6" />
      <rect class="box" x={x} y={y} width={width} height={height} rx={node.kind === "router" ? 3 : 6} />
      <text class="name" x={node.drawn.x} y={more ? y + (node.kind === "router" ? 10.8 : 9) : node.drawn.y + 3}>{node.name}</text>{" "}
      {more && <text class="more" x={node.drawn.x} y={y + height - 4}>{shortened(more, width)}</text>}
    </g>
  );
}

/** As many letters as the box has room for. */
function shortened(words: string, width: number): string {
  const most = Math.floor((width - 4) / 3.6);
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

/** Where a small window looks at first: the router that joins most of the others. */
function busiest(layout: Layout, nodes: readonly Node[]): Node | undefined {
  const stubs = new Set(layout.segments.filter((segment) => segment.kind === "stub").map((segment) => segment.name));
  const counts = new Map<string, number>();
  for (const { router, segment } of layout.links) if (!stubs.has(segment)) counts.set(router, (counts.get(router) ?? 0) + 1);
  const count = (node: Node) => (node.kind === "router" ? (counts.get(node.name) ?? 0) : -1);
  return nodes.reduce<Node | undefined>((best, node) => (!best || count(node) > count(best) ? node : best), undefined);
}

type Change = (next: (view: View, frame: Size) => View, isByHand?: boolean) => void;

/** The part that is seen. Until somebody moves it, it goes with the window. */
function useView(svg: { readonly current: SVGSVGElement | null }, layout: Layout, start: Node | undefined) {
  const [frame, setFrame] = useState<Size | null>(null);
  const [view, setView] = useState<View | null>(null);
  const touched = useRef(false);
  const size = useRef<Size | null>(null);
  useLayoutEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const now = { width: Math.max(element.clientWidth, 1), height: Math.max(element.clientHeight, 1) };
      const before = size.current;
      size.current = now;
      setFrame(now);
      setView((seen) => {
        if (seen === null || before === null || !touched.current) return first(layout, now, start?.drawn ?? { x: layout.width / 2, y: layout.height / 2 });
        const scale = seen.width / before.width;
        return { ...seen, width: now.width * scale, height: now.height * scale };
      });
    });
    touched.current = false;
    observer.observe(element);
    return () => observer.disconnect();
  }, [layout]);
  const change: Change = (next, isByHand = true) => {
    if (isByHand) touched.current = true;
    setView((seen) => (seen === null || size.current === null ? seen : next(seen, size.current)));
  };
  return { view, frame, change, isTouched: view !== null && frame !== null && !isWhole(view, layout, frame) };
}

/** In the map's lengths. */
function pointOf(svg: SVGSVGElement, event: Pick<MouseEvent, "clientX" | "clientY">): Point {
  const matrix = svg.getScreenCTM()?.inverse();
  const point = new DOMPoint(event.clientX, event.clientY);
  return matrix ? point.matrixTransform(matrix) : point;
}

/** With Ctrl, so that the page can still be scrolled; a browser says so of two fingers on a touch pad too. */
function useWheel(svg: { readonly current: SVGSVGElement | null }, isThere: boolean, zoom: (factor: number, at: Point) => void): void {
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      latest.current(Math.exp(-event.deltaY * (Math.abs(event.deltaY) < 50 ? 0.01 : 0.002)), pointOf(element, event));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [isThere]);
}

interface Moves {
  readonly pan: (by: Point) => void;
  readonly zoom: (factor: number, at: Point) => void;
}

type Finger = { readonly x: number; readonly y: number };

/** A press that goes further than a few pixels moves the map, and chooses nothing; two fingers move it and make it larger or
 * smaller by how far they are from each other. */
function useFingers(svg: { readonly current: SVGSVGElement | null }, { pan, zoom }: Moves) {
  const fingers = useRef(new Map<number, Finger>());
  const far = useRef(false);
  const lift = (event: PointerEvent) => fingers.current.delete(event.pointerId);
  return {
    wasDragged: () => far.current,
    on: {
      onPointerDown: (event: PointerEvent) => {
        if (event.isPrimary) {
          fingers.current.clear();
          far.current = false;
        }
        if (event.button === 0 && fingers.current.size < 2) fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      },
      onPointerMove: (event: PointerEvent) => {
        const [before, element] = [fingers.current.get(event.pointerId), svg.current];
        if (before === undefined || element === null) return;
        const now = { x: event.clientX, y: event.clientY };
        if (!far.current && Math.hypot(now.x - before.x, now.y - before.y) < DRAGGED) return;
        if (!far.current) for (const id of fingers.current.keys()) element.setPointerCapture(id);
        far.current = true;
        fingers.current.set(event.pointerId, now);
        const scale = element.getScreenCTM()?.a ?? 1;
        const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
        const share = other ? 2 : 1; // the middle of two goes half as far as one of them
        pan({ x: (before.x - now.x) / scale / share, y: (before.y - now.y) / scale / share });
        if (!other) return;
        const [was, is] = [before, now].map((each) => Math.hypot(each.x - other.x, each.y - other.y));
        if (was && is) zoom(is / was, pointOf(element, { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }));
      },
      onPointerUp: lift,
      onPointerCancel: lift,
    },
  };
}
