import { text } from "../../text/admin";

export function Cleanup() {
  return <h2>{text.parts.cleanup}</h2>;
}
