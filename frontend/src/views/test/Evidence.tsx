import type { RefObject } from "preact";
import type { Decision, Result, ResultRouter } from "../../api/types";
import type { JobView } from "../../state/job";
import { countedOf, walksOf } from "../../state/evidence";
import { answerOf, type Matrix } from "../../state/result";
import { pathTo } from "../../state/route";
import { isOver } from "../../state/job";
import { text } from "../../text/test";
import { Link } from "../frame/navigation";
import { Verdict, FateMark } from "../parts/Verdict";
import { Mark, Rule } from "./Outcomes";
import { Counts } from "./Counts";
import { Unread } from "./Unread";
import { Walks } from "./Walks";

interface Props {
  readonly view: JobView;
  readonly result: Result | null;
  readonly matrix: Matrix;
  readonly service: string;
  readonly router: string;
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly onOpen: (service: string, router: string) => void;
  readonly onBack: () => void;
}

/** All that is known of what one router does with one service. */
export function Evidence({ view, result, matrix, service, router, heading, onOpen, onBack }: Props) {
  const row = matrix.rows.find((each) => each.service === service);
  const column = matrix.routers.indexOf(router);
  const cell = row?.cells[column] ?? null;
  const near = (by: 1 | -1) => {
    for (let next = column + by; next >= 0 && next < matrix.routers.length; next += by) if (row?.cells[next]) return matrix.routers[next] ?? null;
    return null;
  };
  const conditions = answerOf(result?.prediction, service)?.conditions ?? [];
  const walks = walksOf(result, service, router);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onBack();
  };
  return (
    <section class="evidence card" aria-labelledby="evidence-title" onKeyDown={onKeyDown}>
      <header>
        <h2 id="evidence-title" ref={heading} tabindex={-1}>{text.evidence.label(service, router)}</h2>
        {cell && <FateMark fate={cell.fate} />}
        {cell && <Mark standing={cell.standing} />}
        <nav aria-label={text.evidence.title} class="actions">
          <Near word={text.evidence.before} router={near(-1)} onOpen={(each) => onOpen(service, each)} />
          <Near word={text.evidence.after} router={near(1)} onOpen={(each) => onOpen(service, each)} />
          <button type="button" class="plain" onClick={onBack}>{text.evidence.back}</button>
        </nav>
      </header>
      {cell === null ? <p class="faint">{text.evidence.choose}</p> : (
        <>
          <div class="beside">
            <Side title={text.evidence.prediction} network={view.job.network} router={cell.predicted} none={text.evidence.notPredicted} />
            <Side title={text.evidence.proof} network={view.job.network} router={cell.proved} none={unproved(view)} />
          </div>
          {walks.length === 0 && <p class="faint">{text.evidence.behind}</p>}
          <Unread network={view.job.network} router={router} />
          {conditions.length > 0 && <Points title={text.evidence.conditions} points={conditions} />}
          <Counts counted={countedOf(cell)} />
          <Walks key={`${service} ${router}`} job={view.job} result={result} service={service} router={router} walks={walks} cell={cell} />
          <p class="small"><Link to={pathTo("router", { router })}>{text.evidence.router(router)}</Link></p>
        </>
      )}
    </section>
  );
}

function unproved({ job }: JobView): string {
  if (job.mode === "predict") return text.evidence.notProved;
  return isOver(job) ? (job.status === "succeeded" ? text.evidence.notThere : text.evidence.notProved) : text.evidence.notYet;
}

function Near({ word, router, onOpen }: { readonly word: string; readonly router: string | null; readonly onOpen: (router: string) => void }) {
  if (router === null) return null;
  return <button type="button" class="quiet" title={router} onClick={() => onOpen(router)}>{word}</button>;
}

function Side({ title, network, router, none }: { readonly title: string; readonly network: string; readonly router: ResultRouter | null; readonly none: string }) {
  return (
    <div class="side">
      <h3>{title}</h3>
      {router === null ? <p class="faint">{none}</p> : (
        <dl>
          <dt>{text.evidence.there}</dt>
          <dd><Word verdict={router.verdict} reason={router.reason} decision={router.decided_by} network={network} /></dd>
          <dt>{text.evidence.answer}</dt>
          <dd>
            {router.return_verdict === null ? <span class="faint">{text.evidence.noAnswer}</span> : (
              <Word verdict={router.return_verdict} reason={router.return_reason} decision={router.return_decided_by} network={network} />
            )}
          </dd>
        </dl>
      )}
    </div>
  );
}

interface WordProps {
  readonly verdict: string;
  readonly reason: string;
  readonly decision: Decision | null;
  readonly network: string;
}

function Word({ verdict, reason, decision, network }: WordProps) {
  return (
    <>
      <Verdict verdict={verdict} action={decision?.action ?? null} />
      {decision ? (
        <>
          <Rule decision={decision} network={network} />
          {decision.section && <p class="source mono faint">{text.evidence.source(decision.section, decision.line)}</p>}
        </>
      ) : (
        <p class="faint">{reason || text.evidence.nothing}</p>
      )}
    </>
  );
}

export function Points({ title, points }: { readonly title: string; readonly points: readonly string[] }) {
  return (
    <div class="points">
      <h3>{title}</h3>
      <ul>{points.map((point) => <li key={point}>{point}</li>)}</ul>
    </div>
  );
}
