import { text } from "../../text/test";
import { useTitle } from "../frame/navigation";
import type { PageProps } from "../frame/pages";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useJob } from "../parts/useLive";

export default function Job({ parts }: PageProps) {
  const { view, failure } = useJob(parts["job"] ?? "");
  const title = text.job.title(view?.job.number ?? null);
  useTitle(title);
  return (
    <>
      <h1>{title}</h1>
      {failure && <Problem failure={failure} />}
      {view === null && failure === null && <Loading />}
      {view && <p role="status">{text.job.state(view.job.status, view.percent, view.message)}</p>}
    </>
  );
}
