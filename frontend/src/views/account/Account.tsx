import "../../styles/account.css";
import { text } from "../../text/account";
import { useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Password } from "./Password";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

export default function Account() {
  const me = useMe();
  useTitle(text.title);
  return (
    <>
      <h1>{text.title}</h1>
      <p class="faint">{text.signedIn(me.username, text.role[me.role])} {text.origin[me.origin]}</p>
      <Tokens />
      <Sessions />
      {me.origin === "local" && <Password />}
    </>
  );
}
