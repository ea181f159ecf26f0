import { text } from "../../text/test";
import { useTitle } from "../frame/navigation";

export default function NewTest() {
  useTitle(text.newTest.title);
  return <h1>{text.newTest.title}</h1>;
}
