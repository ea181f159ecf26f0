import { text } from "../../text/test";
import { useTitle } from "../frame/navigation";
import type { PageProps } from "../frame/pages";

export default function Job({ parts }: PageProps) {
  useTitle(text.job.title(parts["job"] ?? ""));
  return <h1>{text.job.title(parts["job"] ?? "")}</h1>;
}
