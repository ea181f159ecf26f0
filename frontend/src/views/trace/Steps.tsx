import type { Way as Branch, Hop, Step } from "../../api/types";
import { stoppingStep, visitBefore } from "../../state/answer";
import { toneOf } from "../../state/verdict";
import { text } from "../../text/trace";
import { Icon } from "../parts/Icon";

/** What a hop decided, in order, with the line of the facts that it stands on. */
export function Steps({ hop, branch }: { readonly hop: Hop; readonly branch: Branch }) {
  const stopping = stoppingStep(branch);
  const before = visitBefore(branch, hop);
  return (
    <section class="steps card" aria-labelledby="steps-title">
      <h3 id="steps-title">{text.steps.title(hop)}</h3>
      {hop.steps.length === 0 ? (
        <p class="faint">{before ? text.steps.again(before) : text.steps.none}</p>
      ) : (
        <ol>
          {hop.steps.map((step, position) => <Decision key={position} step={step} verdict={step === stopping ? branch.verdict : null} />)}
        </ol>
      )}
    </section>
  );
}

interface DecisionProps {
  readonly step: Step;
  /** Of the whole path, where it ends by this decision. */
  readonly verdict: string | null;
}

function Decision({ step, verdict }: DecisionProps) {
  const tone = verdict === null ? null : toneOf(verdict);
  return (
    <li class={tone ? `deciding ${tone}` : undefined} aria-current={tone ? "step" : undefined}>
      <p class="head">
        <span class="kind">{tone && <Icon name={tone} />}{text.steps.kind(step.kind)}</span>
        <span class="outcome">{step.outcome}</span>
      </p>
      {step.text && <code>{text.steps.line(step.text)}</code>}
      {(step.table || step.section) && (
        <p class="origin">
          {step.table && <span>{text.steps.table(step.table, step.chain, step.number)}</span>}
          {step.section && <span class="mono">{text.steps.place(step.section, step.line)}</span>}
        </p>
      )}
    </li>
  );
}
