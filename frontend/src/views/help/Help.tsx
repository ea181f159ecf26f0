import { addressOf } from "../../api/base";
import { text } from "../../text/help";
import { useTitle } from "../frame/navigation";

export default function Help() {
  useTitle(text.title);
  return (
    <>
      <h1>{text.title}</h1>
      <p>{text.docsHint} <a href={addressOf("api/docs")}>{text.docs}</a></p>
    </>
  );
}
