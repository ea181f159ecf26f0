import { useCallback, useMemo } from "preact/hooks";
import { linkTo } from "../../api/http";
import type { DrawnWay, Result, Trace } from "../../api/types";
import type { Tag } from "../../draw/way";
import { valueOf } from "../../state/remote";
import { answerOf, type Cell, type Matrix } from "../../state/result";
import { nameOf } from "../../state/service";
import { text as parts } from "../../text/parts";
import { text } from "../../text/test";
import { Problem } from "../parts/Problem";
import { Verdict } from "../parts/Verdict";
import { usePath } from "./usePath";
import { WayDrawing } from "./WayDrawing";

interface Props {
  readonly job: string;
  readonly result: Result;
  /** Changes with the result. */
  readonly version: string;
  readonly matrix: Matrix;
  readonly service: string;
  readonly router: string;
  /** Of an address, where it is known. */
  readonly named: (address: string) => string;
  readonly onOpen: (service: string, router: string) => void;
}

/** The way there and back of one service: of the proof, where there is one, else of the prediction. */
export function Path({ job, result, version, matrix, service, router, named, onOpen }: Props) {
  const answer = answerOf(result.proof, service) ?? answerOf(result.prediction, service);
  const tags = useMemo(() => tagsOf(matrix, service), [matrix, service]);
  const tagOf = useCallback((name: string) => tags.get(name) ?? null, [tags]);
  const [frame, asked] = usePath(job, service, version);
  const known = valueOf(asked);
  const layout = known?.layout ?? null;
  const isStale = known !== null && nameOf(known) !== service;
  const options = matrix.rows.map((row) => row.service);
  const way = (direction: DrawnWay["direction"]) => layout?.ways.find((each) => each.direction === direction) ?? null;
  const given = { service, router, named, tagOf, width: layout?.width ?? 0, onOpen };
  return (
    <section class="path" aria-label={text.path.label} aria-busy={isStale}>
      <header class="actions">
        <h2>{text.path.label}</h2>
        {options.length > 1 ? (
          <label class="of"><span class="unseen">{text.path.service}</span>
            <select name="service" value={service} onChange={(event) => onOpen(event.currentTarget.value, router)}>
              {options.map((each) => <option key={each} value={each} selected={each === service}>{each}</option>)}
            </select>
          </label>
        ) : <span class="mono">{service}</span>}
        <span class="save faint small">
          {text.path.download}{" "}
          <a href={linkTo("GET /api/v1/jobs/{job}/path.svg", { path: { job }, query: { service } })} download>{text.path.svg}</a>{" "}
          <a href={linkTo("GET /api/v1/jobs/{job}/path.png", { path: { job }, query: { service } })} download>{text.path.png}</a>
        </span>
      </header>
      {asked.state === "failed" && known === null && <Problem failure={asked.failure} />}
      <div class={isStale ? "ways stale" : "ways"} ref={frame}>
        <Way title={text.path.forward} trace={answer?.forward ?? null} drawn={way("there")} {...given} />
        <Way title={text.path.back} trace={answer?.return ?? null} drawn={way("back")} {...given} />
      </div>
    </section>
  );
}

/** What each router by itself does, and whether the proof has confirmed it. */
function tagsOf({ rows, routers }: Matrix, service: string): ReadonlyMap<string, Tag> {
  const row = rows.find((each) => each.service === service);
  return new Map(routers.flatMap((router, position) => {
    const cell = row?.cells[position];
    return cell ? [[router, tagOfCell(cell)] as const] : [];
  }));
}

function tagOfCell(cell: Cell): Tag {
  const word = text.matrix.word(cell);
  return { word: cell.standing === "confirmed" ? text.path.proved(word) : word, fate: cell.fate, standing: cell.standing };
}

interface WayProps {
  readonly title: string;
  readonly trace: Trace | null;
  readonly drawn: DrawnWay | null;
  readonly width: number;
  readonly service: string;
  readonly router: string;
  readonly named: (address: string) => string;
  readonly tagOf: (name: string) => Tag | null;
  readonly onOpen: (service: string, router: string) => void;
}

function Way({ title, trace, drawn, width, service, router, named, tagOf, onOpen }: WayProps) {
  const way = useMemo(() => drawn && { ...drawn, machines: drawn.machines.map((each) => ({ ...each, node: { ...each.node, name: named(String(each.node["name"])) } })) }, [drawn, named]);
  if (trace === null) return null;
  return (
    <div class="way">
      <h3>
        {title}
        {trace.share < 1 && <span class="faint small"> {text.path.share(trace.share)}</span>}
        {trace.alternatives.length > 0 && <span class="faint small"> {text.path.others(trace.alternatives.length)}</span>}
      </h3>
      <div class="drawing">
        {way && <WayDrawing way={way} width={width} label={`${text.path.drawing(service)}: ${title}`} chosen={router} tagOf={tagOf} onChoose={(name) => onOpen(service, name)} />}
      </div>
      <details>
        <summary>{text.path.table}</summary>
        <Hops title={text.path.tableCaption(title, service)} trace={trace} />
      </details>
    </div>
  );
}

function Hops({ title, trace }: { readonly title: string; readonly trace: Trace }) {
  const { columns } = text.path;
  return (
    <div class="table card" role="region" aria-label={title} tabindex={0}>
      <table>
        <caption class="unseen">{title}</caption>
        <thead>
          <tr>
            {[columns.hop, columns.name, columns.address, columns.incoming, columns.outgoing, columns.segment, columns.verdict].map((column) => (
              <th key={column} scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {trace.path.map((hop, position) => (
            <tr key={hop.hop}>
              <td class="number">{hop.hop}</td>
              <th scope="row">{hop.name}</th>
              <td class="mono">{hop.ip}</td>
              <td class="mono">{hop.incoming || parts.none}</td>
              <td class="mono">{hop.outgoing || parts.none}</td>
              <td class="mono">{hop.segment ?? parts.none}</td>
              <td><Verdict verdict={position === trace.path.length - 1 ? trace.verdict : hop.verdict} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
