import { Fragment } from "preact";
import { useMemo } from "preact/hooks";
import type { DrawnWay } from "../../api/types";
import { drawingOf, type Arrow, type Machine, type Tag, type Words } from "../../draw/way";
import { text } from "../../text/test";
import { Glyph } from "../parts/Icon";

/** Pixels of a point. */
export const SCALE = 1.6;

interface Props {
  readonly way: DrawnWay;
  readonly width: number;
  readonly label: string;
  readonly chosen: string;
  /** null: of this machine nothing is known. */
  readonly tagOf: (name: string) => Tag | null;
  readonly onChoose: (name: string) => void;
}

export function WayDrawing({ way, width, label, chosen, tagOf, onChoose }: Props) {
  const drawing = useMemo(() => drawingOf(way, width, tagOf), [way, width, tagOf]);
  const { top, height, machines } = drawing;
  return (
    <svg class="way-drawing" role="group" aria-label={label} width={width * SCALE} height={height * SCALE} viewBox={`0 ${top} ${width} ${height}`}>
      {machines.map(({ arrow }, position) => arrow && <Wire key={position} arrow={arrow} />)}
      {machines.map((machine, position) => (
        <Stop key={position} machine={machine} isChosen={machine.name === chosen && machine.badge !== null} onChoose={onChoose} />
      ))}
    </svg>
  );
}

function Wire({ arrow: { points, isDown, isBroken, words } }: { readonly arrow: Arrow }) {
  const [last, first] = [points.at(-1), points[0]];
  return (
    <g class={isBroken ? "wire broken bad" : "wire"} aria-hidden="true">
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
      {last && <path class="head" d={`M${last.x} ${last.y}${isDown ? "l-2.6-4.4h5.200z" : "l-4.4-2.600v5.200z"}`} />}
      {isBroken && first && <path class="cross" d={`M${first.x + 4} ${first.y - 3.5}l7 7m0-7l-7 7`} />}
      {words.map((each) => <Line key={each.y} words={each} kind="segment" anchor="middle" />)}
    </g>
  );
}

interface StopProps {
  readonly machine: Machine;
  readonly isChosen: boolean;
  readonly onChoose: (name: string) => void;
}

function Stop({ machine, isChosen, onChoose }: StopProps) {
  const { name, badge, isReached, isRouter } = machine;
  const kind = `node ${isRouter ? "router" : "host"}${isReached ? "" : " ghost"}`;
  if (badge === null) {
    const said = [...(isReached ? [name] : [name, text.path.unreached]), ...machine.lines.map(({ full }) => full)].join(", ");
    return <g class={`${kind} end`} role="img" aria-label={said}><Body machine={machine} /></g>;
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose(name);
  };
  const label = text.path.machine([machine.title, ...machine.lines], badge.word);
  return (
    <g class={kind} role="button" tabindex={0} aria-label={label} aria-pressed={isChosen} onClick={() => onChoose(name)} onKeyDown={onKeyDown}>
      <Body machine={machine} />
    </g>
  );
}

function Body({ machine: { x, y, width, height, title, lines, badge, isRouter } }: { readonly machine: Machine }) {
  return (
    <>
      <rect class="ring" x={x - 2.5} y={y - 2.5} width={width + 5} height={height + 5} rx="7" />
      <rect class="box" x={x} y={y} width={width} height={height} rx="5" />
      <g class="symbol" transform={`translate(${x + 4} ${y + 5}) scale(0.5)`}>
        {isRouter ? (
          <><circle cx="13" cy="13" r="12" /><path d="M7 10h11M15 7l3 3-3 3M19 16H8M11 13l-3 3 3 3" /></>
        ) : (
          <><rect x="2" y="3" width="22" height="15" rx="2.5" /><path d="M13 18v5M8 23h10" /></>
        )}
      </g>
      <Line words={title} kind="name" />{" "}
      {lines.map((line) => <Fragment key={line.y}><Line words={line} kind="detail" />{" "}</Fragment>)}
      {badge && (
        <g class={`badge ${badge.fate} ${badge.standing}`}>
          <rect x={badge.x} y={badge.y} width={badge.width} height={badge.height} rx={badge.height / 2} />
          <g transform={`translate(${badge.x + 2.5} ${badge.y + 2}) scale(0.5)`} class="glyph"><Glyph name={badge.fate} /></g>
          <text x={badge.x + 13} y={badge.y + 8.4}>{badge.word}</text>
        </g>
      )}
    </>
  );
}

function Line({ words, kind, anchor }: { readonly words: Words; readonly kind: string; readonly anchor?: "middle" }) {
  if (words.full === "") return null;
  return (
    <text class={kind} x={words.x} y={words.y} text-anchor={anchor}>
      {words.shown}
      {words.shown !== words.full && <title>{words.full}</title>}
    </text>
  );
}
