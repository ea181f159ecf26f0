import type { Hop, Step } from "../api/wire";
import { text } from "../text";

/** What a hop decided, in order, with the line of the facts that it stands on. */
export function Steps({ hop }: { readonly hop: Hop }) {
  return (
    <section class="steps card" aria-labelledby="steps-title">
      <h3 id="steps-title">{text.steps.title(hop)}</h3>
      {hop.steps.length === 0 ? (
        <p class="faint">{text.steps.none}</p>
      ) : (
        <ol>{hop.steps.map((step, position) => <Decision key={position} step={step} />)}</ol>
      )}
    </section>
  );
}

function Decision({ step }: { readonly step: Step }) {
  return (
    <li>
      <p class="head">
        <span class="kind">{text.steps.kind(step.kind)}</span>
        <span class="outcome">{step.outcome}</span>
      </p>
      {step.text && <code>{step.text}</code>}
      {(step.table || step.section) && (
        <p class="origin">
          {step.table && <span>{text.steps.table(step.table)}</span>}
          {step.section && <span class="mono">{text.steps.place(step.section, step.line)}</span>}
        </p>
      )}
    </li>
  );
}
