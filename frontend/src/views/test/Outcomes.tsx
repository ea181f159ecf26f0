import type { Decision } from "../../api/types";
import type { Outcome } from "../../state/outcome";
import type { Matrix, Standing } from "../../state/result";
import { pathToDecision } from "../../state/router";
import { text } from "../../text/test";
import { Link } from "../frame/navigation";
import { Icon } from "../parts/Icon";

interface Props {
  readonly outcomes: readonly Outcome[];
  readonly matrix: Matrix;
  readonly source: string;
  readonly destination: string;
  /** The label of the facts. */
  readonly network: string;
  /** It waits for its turn: the prediction comes with that. */
  readonly isQueued: boolean;
  readonly onOpen: (service: string, router: string) => void;
}

/** The answer in words: who stops what, by which rule, and what the others would do. */
export function Outcomes({ outcomes, matrix, source, destination, network, isQueued, onOpen }: Props) {
  return (
    <section class="outcomes" aria-label={text.outcome.label} aria-live="polite">
      {outcomes.length === 0 && <p class="card outcome faint">{isQueued ? text.outcome.queued : text.outcome.waiting}</p>}
      {outcomes.map((outcome) => {
        const service = outcome.services[0] ?? "";
        const { decided_by: by } = outcome.summary;
        return (
          <article key={service} class={`outcome ${outcome.fate}`}>
            <Icon name={outcome.fate} />
            <div>
              <h2>{text.outcome.head(outcome, source, destination)}</h2>
              {isRule(by) && outcome.fate !== "accepted" && <Rule decision={by} network={network} />}
              {text.outcome.others(outcome) && <p class="others">{text.outcome.others(outcome)}</p>}
            </div>
            <div class="aside">
              <Mark standing={matrix.rows.find((row) => row.service === service)?.standing ?? null} />
              {by && (
                <button type="button" class="plain" aria-label={text.outcome.answer(outcome.services)} onClick={() => onOpen(service, by.router)}>
                  {text.outcome.evidence}
                </button>
              )}
            </div>
          </article>
        );
      })}
    </section>
  );
}

/** Anything else is in the sentence already. */
function isRule(by: Decision | null): by is Decision {
  return by?.kind === "rule" || by?.kind === "policy";
}

/** Where it stands, with a way to read it there, and what it says. */
export function Rule({ decision, network }: { readonly decision: Decision; readonly network: string }) {
  const place = text.outcome.place(decision);
  return (
    <p class="rule">
      {place && <Link class="where" to={pathToDecision(decision, network)}>{place}</Link>}
      <code>{text.evidence.line(decision.text)}</code>
      {decision.comment && <span class="comment">{text.outcome.comment(decision.comment)}</span>}
    </p>
  );
}

export function Mark({ standing }: { readonly standing: Standing | null }) {
  if (standing === null) return null;
  return (
    <span class={`standing ${standing}`} title={text.outcome.standing(standing)}>
      {standing === "confirmed" && <Icon name="done" />}
      {standing === "differs" && <Icon name="close" />}
      {text.outcome.short[standing]}
    </span>
  );
}
