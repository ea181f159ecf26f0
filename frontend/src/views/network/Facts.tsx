import { text } from "../../text/network";
import { useTitle } from "../frame/navigation";

export default function Facts() {
  useTitle(text.facts.title);
  return <h1>{text.facts.title}</h1>;
}
