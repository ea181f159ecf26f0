import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { RunDifference } from "../../api/types";
import { counts, inOrder } from "../../state/compare";
import { valueOf } from "../../state/remote";
import { pathTo, type PageProps } from "../../state/route";
import { nameOf } from "../../state/service";
import "../../styles/history.css";
import "../../styles/compare.css";
import { text } from "../../text/history";
import { Link, navigate, useTitle } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { ComparedRun } from "./ComparedRun";
import { ComparedService } from "./ComparedService";

const words = text.compare;
/** So many are shown with all that differs; of more, one chooses. */
const OPEN = 2;

/** `/compare?before=…&after=…` */
export default function Compare({ query }: PageProps) {
  useTitle(words.title);
  const { before, after } = query;
  const isAsked = Boolean(before && after);
  const [remote, reload] = useAsked(
    before && after
      ? (signal) => ask("GET /api/v1/jobs/{job}/compare/{other}", { path: { job: before, other: after } }, { signal })
      : null,
    [before, after],
  );
  const difference = valueOf(remote);
  return (
    <>
      <h1>{words.title}</h1>
      {!isAsked && (
        <Empty title={words.none.title}>
          <p>{words.none.body}</p>
          <p><Link to={pathTo("history")}>{words.none.back}</Link></p>
        </Empty>
      )}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {remote.state === "loading" && difference === null && <Loading />}
      {difference && remote.state !== "failed" && <Difference difference={difference} />}
    </>
  );
}

function Difference({ difference }: { readonly difference: RunDifference }) {
  const [isOnly, setOnly] = useState(false);
  const { before, after, services, asked, is_same_network: isSame } = difference;
  const { differs, same, once } = counts(difference);
  const swap = () => navigate(pathTo("compare", {}, { before: after.job, after: before.job }), { replace: true });
  return (
    <>
      <section class="compared card">
        <ComparedRun run={before} word={words.before} />
        <button type="button" class="swap" aria-label={words.swap} title={words.swap} onClick={swap}><Icon name="swap" /></button>
        <ComparedRun run={after} word={words.after} />
        <ul class="findings">
          <li class="main-finding">
            <Icon name={differs > 0 ? "open" : same > 0 ? "good" : "unknown"} /><span>{words.sentence(differs, differs + same)}</span>
          </li>
          {once > 0 && <li>{words.once(once)}</li>}
          <li>
            {isSame ? words.sameNetwork(before.network) : words.otherNetwork(before.network, after.network)}
            {!isSame && <> <Link to={pathTo("facts", {}, { before: before.network, after: after.network })}>{words.facts}</Link></>}
          </li>
          {asked.length > 0 && <li>{words.asked(asked)}</li>}
        </ul>
      </section>
      {differs > 0 && differs < services.length && (
        <p class="actions"><Button isPressed={isOnly} onPress={() => setOnly(!isOnly)}>{words.only}</Button></p>
      )}
      <ul class="differences" aria-label={words.services}>
        {inOrder(services, isOnly).map((service) => <ComparedService key={nameOf(service)} service={service} isOpen={differs <= OPEN} />)}
      </ul>
    </>
  );
}
