import { text } from "../../text/admin";

export function Queue() {
  return <h2>{text.parts.queue}</h2>;
}
