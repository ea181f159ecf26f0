import { useEffect, useMemo, useState } from "preact/hooks";
import { storeOf } from "../../state/store";
import { valueOf } from "../../state/remote";
import { FIRST } from "../../state/trace";
import "../../styles/drawing.css";
import "../../styles/trace.css";
import { text } from "../../text/trace";
import { currentAddress, navigate, onNavigate, useTitle } from "../frame/navigation";
import { useSigned } from "../frame/session";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { API, Tracer } from "./actions";
import { Answer } from "./Answer";
import { Start } from "./Start";
import { TraceForm } from "./TraceForm";

const PLACE = {
  get: currentAddress,
  go: (address: string) => navigate(address),
  replace: (address: string) => navigate(address, { replace: true }),
};

export default function Trace() {
  const { times } = useSigned();
  const store = useMemo(() => storeOf(FIRST), []);
  const actions = useMemo(() => new Tracer(store, API, PLACE), [store]);
  const [now, setNow] = useState(store.get());
  useEffect(() => store.subscribe(() => setNow(store.get())), [store]);
  useEffect(() => onNavigate(() => actions.arrive()), [actions]);
  useEffect(() => actions.start(), [actions, times]);
  const { source, destination } = now.address.question;
  useTitle(text.title(source, destination));

  const trace = valueOf(now.answer);
  const topology = valueOf(now.topology);
  return (
    <>
      <h1 class="unseen">{text.form.label}</h1>
      {now.topology.state === "failed" && <Problem failure={now.topology.failure} onRetry={() => actions.retry()} />}
      <TraceForm page={now} actions={actions} />
      {now.answer.state === "failed" && <Problem failure={now.answer.failure} onRetry={() => actions.retry()} />}
      {now.answer.state === "loading" && trace === null && <Loading />}
      {trace && now.answer.state !== "failed" && (
        <Answer trace={trace} address={now.address} topology={topology} isStale={now.answer.state === "loading"} actions={actions} />
      )}
      {now.answer.state === "idle" && topology && <Start topology={topology} />}
    </>
  );
}
