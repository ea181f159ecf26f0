import { text } from "../../text/network";
import { useTitle } from "../frame/navigation";

export default function Topology() {
  useTitle(text.topology.title);
  return <h1>{text.topology.title}</h1>;
}
