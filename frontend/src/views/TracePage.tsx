import type { Actions } from "../live";
import { valueOf, type Page } from "../state/page";
import { text } from "../text";
import { Answer } from "./Answer";
import { Failed } from "./Failed";
import { Start } from "./Start";
import { TraceForm } from "./TraceForm";

interface Props {
  readonly page: Page;
  readonly actions: Actions;
}

export function TracePage({ page, actions }: Props) {
  const trace = valueOf(page.answer);
  const topology = valueOf(page.topology);
  return (
    <main>
      <h1 class="unseen">{text.form.label}</h1>
      {page.topology.state === "failed" && <Failed failure={page.topology.failure} onRetry={() => actions.retry()} />}
      <TraceForm page={page} actions={actions} />
      {page.answer.state === "failed" && <Failed failure={page.answer.failure} onRetry={() => actions.retry()} />}
      {page.answer.state === "loading" && trace === null && <p class="waiting" role="status">{text.answer.waiting}</p>}
      {trace && (
        <Answer trace={trace} address={page.address} topology={topology} isStale={page.answer.state === "loading"} actions={actions} />
      )}
      {page.answer.state === "idle" && topology && <Start topology={topology} />}
    </main>
  );
}
