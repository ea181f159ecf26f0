import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { Job, Result, Step, Tried } from "../../api/types";
import { decidingStep, walkIn, type Walk } from "../../state/evidence";
import { valueOf } from "../../state/remote";
import { answerOf, type Cell } from "../../state/result";
import { fateOf } from "../../state/verdict";
import { text } from "../../text/test";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";

interface Props {
  readonly job: Job;
  readonly result: Result | null;
  readonly service: string;
  readonly router: string;
  readonly walks: readonly Walk[];
  readonly cell: Cell;
}

/** Each decision in its order, with the line of the facts; what was asked in vain is looked up when somebody wants it. */
export function Walks({ job, result, service, router, walks, cell }: Props) {
  const [isTried, setTried] = useState(false);
  const [asked, again] = useAsked(isTried && result ? (signal) => explained(job, result, service, signal) : null, [isTried, service]);
  if (walks.length === 0) return null;
  const known = valueOf(asked);
  const shown = walks.map((walk) => (known && walkIn(answerOf(known, service), walk.direction, router, "prediction")) ?? walk);
  return (
    <>
      {asked.state === "failed" && <Problem failure={asked.failure} onRetry={again} />}
      {shown.map((walk) => <Steps key={walk.direction} walk={walk} cell={cell} />)}
      {known === null && <p><Button isBusy={isTried && asked.state !== "failed"} onPress={() => setTried(true)}>{isTried ? text.evidence.trying : text.evidence.tried}</Button></p>}
    </>
  );
}

/** The same question to the simulator, which follows what it passed by only on request. */
function explained(job: Job, { asked, prediction }: Result, service: string, signal: AbortSignal) {
  const { source, destination, gateway, tos, ttl } = asked;
  const source_port = answerOf(prediction, service)?.source_port ?? asked.source_port;
  const body = { source, destination, source_port, gateway, tos, ttl, services: service, tried: true };
  return ask("POST /api/v1/reach", { query: { network: job.network }, body }, { signal });
}

function Steps({ walk, cell }: { readonly walk: Walk; readonly cell: Cell }) {
  const { hop, direction, translations } = walk;
  const deciding = decidingStep(hop, cell, direction);
  return (
    <div class="walk">
      <h3>{text.evidence.walk(direction)}</h3>
      {translations.map((step) => (
        <dl key={step.text} class="nat" aria-label={text.evidence.nat}>
          <dt>{text.evidence.nat}, {text.evidence.natBefore}</dt><dd class="mono">{step.text}</dd>
          <dt>{text.evidence.natAfter}</dt><dd class="mono">{step.outcome}</dd>
        </dl>
      ))}
      <ol>
        {hop.steps.map((step, position) => <Decided key={position} step={step} verdict={position === deciding ? hop.verdict : null} />)}
      </ol>
    </div>
  );
}

function Decided({ step, verdict }: { readonly step: Step; readonly verdict: string | null }) {
  const fate = verdict === null ? null : fateOf(verdict, step.outcome);
  return (
    <li class={fate ? `deciding ${fate}` : undefined} aria-current={fate ? "step" : undefined}>
      {step.tried && step.tried.length > 0 && <Passed tried={step.tried} />}
      <p class="step">
        <span class="kind">{fate && <Icon name={fate} />}{text.evidence.step(step.kind)}</span>
        <span class="where">{step.table && text.evidence.stepPlace(step.table, step.chain, step.number)}</span>
        <span class="came">{step.outcome}</span>
        {step.text && <code>{text.evidence.line(step.text)}</code>}
        {step.section && <span class="source mono faint">{text.evidence.source(step.section, step.line)}</span>}
      </p>
    </li>
  );
}

function Passed({ tried }: { readonly tried: readonly Tried[] }) {
  return (
    <details class="passed" open>
      <summary>{text.evidence.passedBy(tried.length)}</summary>
      <ul>
        {tried.map((rule) => (
          <li key={`${rule.table} ${rule.chain} ${rule.number}`}>
            <span class="where">{text.evidence.stepPlace(rule.table, rule.chain, rule.number)}</span>
            <code>{text.evidence.line(rule.text)}</code>
            <span class="why">{rule.reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
