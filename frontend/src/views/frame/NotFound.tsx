import { pathTo } from "../../state/route";
import { text } from "../../text/frame";
import { Empty } from "../parts/Empty";
import { Link, useAddress, useTitle } from "./navigation";

export function NotFound() {
  const address = useAddress();
  useTitle(text.notFound.title);
  return (
    <Empty isPage title={text.notFound.title}>
      <p>{text.notFound.body(address)}</p>
      <p><Link to={pathTo("newTest")}>{text.notFound.back}</Link></p>
    </Empty>
  );
}
