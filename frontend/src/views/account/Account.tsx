import { text } from "../../text/account";
import { useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";

export default function Account() {
  const me = useMe();
  useTitle(text.title);
  return (
    <>
      <h1>{text.title}</h1>
      <p>{text.signedIn(me.username, me.role)}</p>
    </>
  );
}
