import type { Failure } from "../api/http";
import { text } from "../text";
import { Icon } from "./Icon";

interface Props {
  readonly failure: Failure;
  readonly onRetry: () => void;
}

export function Failed({ failure, onRetry }: Props) {
  const { title, detail } = text.failure(failure);
  return (
    <section class="failed" role="alert">
      <Icon name="bad" />
      <div>
        <h2>{title}</h2>
        {detail && <p>{detail}</p>}
      </div>
      <button type="button" class="plain" onClick={onRetry}>{text.retry}</button>
    </section>
  );
}
