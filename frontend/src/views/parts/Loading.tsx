import { text } from "../../text/parts";

/** Shown late, by its style: what comes at once does not flicker. */
export function Loading() {
  return <p class="loading" role="status">{text.loading}</p>;
}
