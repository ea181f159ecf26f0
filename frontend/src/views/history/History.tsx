import { text } from "../../text/history";
import { useTitle } from "../frame/navigation";

export default function History() {
  useTitle(text.history.title);
  return <h1>{text.history.title}</h1>;
}
