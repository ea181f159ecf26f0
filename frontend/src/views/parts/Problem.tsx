import type { Failure } from "../../api/http";
import { text } from "../../text/parts";
import { Button } from "./Button";
import { Icon } from "./Icon";

interface Props {
  readonly failure: Failure;
  readonly onRetry?: () => void;
}

/** What went wrong, in words, with the number under which the log has it, and the way on. */
export function Problem({ failure, onRetry }: Props) {
  const { title, detail } = text.failure(failure);
  const id = failure.kind === "problem" ? failure.problem.request_id : "";
  return (
    <section class="problem" role="alert">
      <Icon name="bad" />
      <div>
        <h2>{title}</h2>
        {detail && <p>{detail}</p>}
        {id && <p class="faint small">{text.request(id)}</p>}
      </div>
      {onRetry && <Button onPress={onRetry}>{text.retry}</Button>}
    </section>
  );
}
