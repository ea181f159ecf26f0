import { useCallback, useMemo } from "preact/hooks";
import { linkTo } from "../../api/http";
import type { Hop, Result, Trace } from "../../api/types";
import type { Ends, Tag } from "../../draw/path";
import { answerOf, type Cell, type Matrix } from "../../state/result";
import { text as parts } from "../../text/parts";
import { text } from "../../text/test";
import { Verdict } from "../parts/Verdict";
import { PathDrawing } from "../trace/PathDrawing";

interface Props {
  readonly job: string;
  readonly result: Result;
  readonly matrix: Matrix;
  readonly service: string;
  readonly router: string;
  readonly ends: Ends;
  readonly onOpen: (service: string, router: string) => void;
}

/** The way there and back of one service: of the proof, where there is one, else of the prediction. */
export function Path({ job, result, matrix, service, router, ends, onOpen }: Props) {
  const answer = answerOf(result.proof, service) ?? answerOf(result.prediction, service);
  const cells = useMemo(() => cellsOf(matrix, service), [matrix, service]);
  const back = useMemo(() => ({ source: ends.destination, destination: ends.source, segment: null }), [ends]);
  const options = matrix.rows.map((row) => row.service);
  return (
    <section class="path" aria-label={text.path.label}>
      <header class="actions">
        <h2>{text.path.label}</h2>
        {options.length > 1 ? (
          <label class="of"><span class="unseen">{text.path.service}</span>
            <select value={service} onChange={(event) => onOpen(event.currentTarget.value, router)}>
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
      <Way title={text.path.forward} trace={answer?.forward ?? null} {...{ service, router, ends, cells, onOpen }} />
      <Way title={text.path.back} trace={answer?.return ?? null} ends={back} {...{ service, router, cells, onOpen }} />
    </section>
  );
}

type Cells = ReadonlyMap<string, Cell>;

function cellsOf({ rows, routers }: Matrix, service: string): Cells {
  const row = rows.find((each) => each.service === service);
  return new Map(routers.flatMap((router, position) => {
    const cell = row?.cells[position];
    return cell ? [[router, cell] as const] : [];
  }));
}

interface WayProps {
  readonly title: string;
  readonly trace: Trace | null;
  readonly service: string;
  readonly router: string;
  readonly ends: Ends;
  readonly cells: Cells;
  readonly onOpen: (service: string, router: string) => void;
}

function Way({ title, trace, service, router, ends, cells, onOpen }: WayProps) {
  const tag = useCallback((hop: Hop): Tag | null => tagOf(cells.get(hop.name) ?? null), [cells]);
  if (trace === null) return null;
  const chosen = trace.path.find((hop) => hop.name === router)?.hop ?? null;
  const open = (number: number) => {
    const hop = trace.path.find((each) => each.hop === number);
    if (hop && cells.has(hop.name)) onOpen(service, hop.name);
  };
  return (
    <div class="way">
      <h3>
        {title}
        {trace.share < 1 && <span class="faint small"> {text.path.share(trace.share)}</span>}
        {trace.alternatives.length > 0 && <span class="faint small"> {text.path.others(trace.alternatives.length)}</span>}
      </h3>
      <PathDrawing branch={trace} ends={ends} chosen={chosen} onChoose={open} tag={tag} label={`${text.path.drawing(service)}: ${title}`} />
      <details>
        <summary>{text.path.table}</summary>
        <Hops title={text.path.tableCaption(title, service)} trace={trace} />
      </details>
    </div>
  );
}

/** What the router by itself does, which the proof confirms; a host has nothing to say. */
function tagOf(cell: Cell | null): Tag | null {
  if (cell === null) return null;
  const word = cell.isAnswer ? text.matrix.word(cell) : parts.fate[cell.fate];
  return { word: cell.standing === "confirmed" ? `${word} ✓` : word, tone: cell.fate, standing: cell.standing };
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
