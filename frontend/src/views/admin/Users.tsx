import { text } from "../../text/admin";

export function Users() {
  return <h2>{text.parts.users}</h2>;
}
