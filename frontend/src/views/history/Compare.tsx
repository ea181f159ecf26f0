import { text } from "../../text/history";
import { useTitle } from "../frame/navigation";

export default function Compare() {
  useTitle(text.compare.title);
  return <h1>{text.compare.title}</h1>;
}
