import { text } from "../../text/network";
import { useTitle } from "../frame/navigation";
import type { PageProps } from "../frame/pages";

export default function Router({ parts }: PageProps) {
  useTitle(text.router.title(parts["router"] ?? ""));
  return <h1>{text.router.title(parts["router"] ?? "")}</h1>;
}
