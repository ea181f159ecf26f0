import { text } from "../../text/admin";

export function Audit() {
  return <h2>{text.parts.audit}</h2>;
}
