import { text } from "../../text/admin";

export function Sessions() {
  return <h2>{text.parts.sessions}</h2>;
}
