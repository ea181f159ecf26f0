import { text } from "../../text/admin";

export function Health() {
  return <h2>{text.parts.health}</h2>;
}
