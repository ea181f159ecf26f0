import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Way as Branch, Hop } from "../../api/types";
import { drawingOf, type Ends, type Label, type Link, type Node } from "../../draw/path";
import { toneOf } from "../../state/verdict";
import { text } from "../../text/trace";
import { Glyph } from "../parts/Icon";

interface Props {
  readonly branch: Branch;
  readonly ends: Ends;
  readonly chosen: number | null;
  readonly onChoose: (hop: number) => void;
}

export function PathDrawing({ branch, ends, chosen, onChoose }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const drawing = useMemo(() => {
    const ghost = toneOf(branch.verdict) === "bad" ? text.drawing.notReached : text.drawing.notKnown;
    const beyond = branch.verdict === "exits_network" ? text.drawing.beyond : ghost;
    return drawingOf(branch, ends, { ghost: beyond, verdict: text.verdict }, Math.max(width, 280));
  }, [branch, ends, width]);

  return (
    <div class="drawing" ref={frame}>
      {width > 0 && (
        <svg
          role="group" aria-label={text.drawing.label} width={drawing.width} height={drawing.height}
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        >
          {drawing.links.map((link, position) => <Wire key={position} link={link} />)}
          {drawing.nodes.map((node, position) => (
            <Stop
              key={position} node={node} hop={branch.path.find((hop) => hop.hop === node.hop) ?? null}
              isChosen={node.hop !== null && node.hop === chosen} onChoose={onChoose}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

function Word({ label, kind }: { readonly label: Label | null; readonly kind: string }) {
  if (label === null || label.full === "") return null;
  return (
    <text class={kind} x={label.x} y={label.y} text-anchor={label.anchor}>
      {label.shown}
      {label.shown !== label.full && <title>{label.full}</title>}
    </text>
  );
}

function Wire({ link }: { readonly link: Link }) {
  const [first, last] = [link.points[0], link.points.at(-1)];
  const { x, y } = link.middle;
  return (
    <g class={link.broken ? `wire broken ${link.broken}` : "wire"} aria-hidden="true">
      <polyline points={link.points.map((point) => `${point.x},${point.y}`).join(" ")} />
      {first && <circle cx={first.x} cy={first.y} r="3.5" />}
      {last && !link.broken && <path class="head" d={`M${last.x} ${last.y}${isDownward(link) ? "l-5-9h10z" : "l-9-5v10z"}`} />}
      {link.broken === "bad" && <path class="cross" d={`M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12`} />}
      <Word label={link.segment} kind="segment" />
      <Word label={link.outgoing} kind="port" />
      <Word label={link.incoming} kind="port" />
    </g>
  );
}

function isDownward({ points }: Link): boolean {
  return points.at(-1)?.x === points.at(-2)?.x;
}

interface StopProps {
  readonly node: Node;
  readonly hop: Hop | null;
  readonly isChosen: boolean;
  readonly onChoose: (hop: number) => void;
}

function Stop({ node, hop, isChosen, onChoose }: StopProps) {
  const body = <Body node={node} />;
  if (hop === null) {
    const label = [node.name.full, node.ip.full].filter((part) => part !== "").join(", ");
    return <g class={`node end ${node.shape}`} role="img" aria-label={label}>{body}</g>;
  }
  const label = text.drawing.node(hop, node.badge === null ? "" : text.verdict(node.badge.verdict));
  const choose = () => onChoose(hop.hop);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  };
  return (
    <g
      class={`node ${node.shape}`} role="button" tabindex={0} aria-label={label} aria-pressed={isChosen}
      data-hop={hop.hop} onClick={choose} onKeyDown={onKeyDown}
    >
      {body}
    </g>
  );
}

function Body({ node }: { readonly node: Node }) {
  const { x, y, width, height, badge } = node;
  return (
    <>
      <rect class="ring" x={x - 4} y={y - 4} width={width + 8} height={height + 8} rx="12" />
      <rect class="box" x={x} y={y} width={width} height={height} rx="9" />
      <g transform={`translate(${x + 11} ${y + height / 2 - 13})`}><Symbol node={node} /></g>
      <Word label={node.name} kind="name" />{" "}
      <Word label={node.ip} kind="ip" />{" "}
      {badge && (
        <g class={`badge ${badge.tone}`}>
          <rect x={badge.x} y={badge.y} width={badge.width} height={badge.height} rx={badge.height / 2} />
          <g transform={`translate(${badge.x + 5} ${badge.y + 4})`} class="glyph"><Glyph name={badge.tone} /></g>
          <text x={badge.x + 26} y={badge.y + 16}>{text.verdict(badge.verdict)}</text>
        </g>
      )}
    </>
  );
}

/** A router is a disc with arrows both ways, a host a screen on a foot. */
function Symbol({ node }: { readonly node: Node }) {
  if (node.shape === "router") {
    return (
      <g class="symbol">
        <circle cx="13" cy="13" r="12" />
        <path d="M7 10h11M15 7l3 3-3 3M19 16H8M11 13l-3 3 3 3" />
      </g>
    );
  }
  return (
    <g class="symbol">
      <rect x="2" y="3" width="22" height="15" rx="2.5" />
      <path d="M13 18v5M8 23h10" />
    </g>
  );
}
