import type { Failure } from "../../api/http";
import { errorAt } from "../../state/account";
import { asSentence } from "../../text/words";

/** What is wrong with a field, as a `Field` says it. */
export function fieldError(failure: Failure | null, field: string): string | null {
  const error = errorAt(failure, field);
  return error && asSentence(error);
}
