import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, failureOf, type Failure } from "../../api/http";
import type { Job, Result } from "../../api/types";
import { hasResult, isOver, resultKey, type JobView } from "../../state/job";
import { firstCell, outcomesOf } from "../../state/outcome";
import { valueOf } from "../../state/remote";
import { matrixOf } from "../../state/result";
import { pathTo, type PageProps } from "../../state/route";
import { questionOf } from "../../state/draft";
import { candidates, namedAs } from "../../state/suggest";
import "../../styles/drawing.css";
import "../../styles/test.css";
import { text } from "../../text/test";
import { Link, navigate, useTitle } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Time } from "../parts/Time";
import { useAsked } from "../parts/useAsked";
import { useJob } from "../parts/useLive";
import { Evidence, Points } from "./Evidence";
import { Legend, MatrixTable } from "./MatrixTable";
import { Outcomes } from "./Outcomes";
import { Path } from "./Path";
import { Progress } from "./Progress";
import { Report } from "./Report";

/** A test while it runs and ever after: the same page, of which more and more is there. */
export default function JobPage({ parts, query }: PageProps) {
  const { view, failure } = useJob(parts["job"] ?? "");
  useTitle(text.job.page(view?.job.number ?? null), view && text.job.title(view.job.source, view.job.destination));
  if (view === null) {
    return (
      <>
        <h1>{text.job.page(null)}</h1>
        {failure ? <Problem failure={failure} /> : <Loading />}
      </>
    );
  }
  return (
    <>
      {failure && <Problem failure={failure} />}
      <Test key={view.job.id} view={view} query={query} />
    </>
  );
}

function Test({ view, query }: { readonly view: JobView; readonly query: PageProps["query"] }) {
  const { job } = view;
  const heading = useRef<HTMLHeadingElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const [topology] = useAsked((signal) => ask("GET /api/v1/topology", { query: { network: job.network } }, { signal }), [job.network]);
  const network = valueOf(topology);
  const known = useMemo(() => (network ? candidates(network) : []), [network]);
  const [asked, again] = useAsked(
    hasResult(view) ? (signal) => ask("GET /api/v1/jobs/{job}/result", { path: { job: job.id } }, { signal }) : null,
    [resultKey(view), hasResult(view)],
  );
  const result = valueOf(asked);
  const matrix = useMemo(() => matrixOf(view, result), [view.services, view.alone, result]);
  const outcomes = useMemo(() => outcomesOf(matrix), [matrix]);
  const first = useMemo(() => firstCell(matrix), [matrix]);
  const chosen = chosenIn(query, first);
  const named = useCallback((address: string) => namedAs(known, address)?.name ?? address, [known]);
  const source = { address: job.source, name: named(job.source) };
  const destination = { address: job.destination, name: named(job.destination) };

  const [moves, setMoves] = useState(0);
  const open = (service: string, router: string, isFollowed = true) => {
    navigate(pathTo("job", { job: job.id }, { service, router }), { replace: query["service"] === service && query["router"] === router });
    if (isFollowed) setMoves(moves + 1);
  };
  // Whoever opened a cell is led to what it says, by keyboard as well.
  useEffect(() => {
    if (moves === 0) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest("section")?.scrollIntoView({ block: "nearest" });
  }, [moves]);
  const back = () => page.current?.querySelector<HTMLElement>("[role=grid] [tabindex='0']")?.focus();

  return (
    <div class="test" ref={page}>
      <Head job={job} source={source} destination={destination} />
      {!isOver(job) || job.status !== "succeeded" || outcomes.length > 0 ? null : <p class="faint">{text.job.gone}</p>}
      <Progress view={view} result={result} />
      {asked.state === "failed" && <Problem failure={asked.failure} onRetry={again} />}
      {(outcomes.length > 0 || !isOver(job)) && (
        <Outcomes
          outcomes={outcomes} matrix={matrix} source={source.name} destination={destination.name} network={job.network} isQueued={job.status === "queued"}
          onOpen={open}
        />
      )}
      {result && chosen && (
        <Path
          job={job.id} result={result} version={resultKey(view)} matrix={matrix} service={chosen.service} router={chosen.router} named={named}
          onOpen={(service, router) => open(service, router, service === chosen.service)}
        />
      )}
      {matrix.routers.length > 0 && (
        <section aria-labelledby="matrix-title" class="matrix-part">
          <header>
            <h2 id="matrix-title">{text.matrix.label}</h2>
            <p class="faint small">{text.matrix.hint}</p>
          </header>
          <MatrixTable matrix={matrix} chosen={chosen} onOpen={open} />
          <Legend />
        </section>
      )}
      {chosen && matrix.routers.length > 0 && (
        <Evidence
          view={view} result={result} matrix={matrix} service={chosen.service} router={chosen.router} heading={heading}
          onOpen={open} onBack={back}
        />
      )}
      {result && <Notes result={result} />}
      {isOver(job) && result && <Report job={job} />}
    </div>
  );
}

type Chosen = { readonly service: string; readonly router: string } | null;

function chosenIn({ service, router }: PageProps["query"], first: Chosen): Chosen {
  if (!service) return first;
  return { service, router: router ?? first?.router ?? "" };
}

interface Named {
  readonly name: string;
  readonly address: string;
}

interface HeadProps {
  readonly job: Job;
  readonly source: Named;
  readonly destination: Named;
}

function Head({ job, source, destination }: HeadProps) {
  return (
    <header class="head">
      <div>
        <h1><End {...source} /> <span class="arrow">→</span> <End {...destination} /></h1>
        <ul class="about-test faint small">
          <li>{text.job.about.number(job.number)}</li>
          <li>{text.job.about.by(job.user)}</li>
          <li><Time at={job.submitted} /></li>
          <li>{text.job.about.mode(job.mode)}</li>
          <li class="mono">{job.network}</li>
          {job.source_port !== null && <li>{text.job.about.sourcePort(job.source_port)}</li>}
          {job.attempt > 1 && <li>{text.job.about.attempt(job.attempt)}</li>}
        </ul>
      </div>
      <div class="actions">
        {isOver(job) ? <Link to={pathTo("newTest", {}, questionOf(job))} class="button">{text.job.again}</Link> : <Cancel job={job} />}
      </div>
    </header>
  );
}

function End({ name, address }: Named) {
  return <span class="end">{name}{name !== address && <> <span class="mono faint">{address}</span></>}</span>;
}

function Cancel({ job }: { readonly job: Job }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const cancel = async () => {
    setBusy(true);
    try {
      await ask("POST /api/v1/jobs/{job}/cancel", { path: { job: job.id } });
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  return (
    <>
      <Button kind="danger" isBusy={isBusy} onPress={() => void cancel()}>{isBusy ? text.job.cancelling : text.job.cancel}</Button>
      {failure && <Problem failure={failure} />}
    </>
  );
}

/** What one should know beside the answer: what was assumed, what was missing, where prediction and proof do not agree. */
function Notes({ result }: { readonly result: Result }) {
  const { proof, prediction, notes, comparison } = result;
  const assumptions = [...new Set([...(prediction?.assumptions ?? []), ...(proof?.assumptions ?? [])])];
  const said = notes.filter((note) => !note.startsWith("assumed: "));
  const refusals = proof?.refusals ?? [];
  const differing = (comparison?.services ?? []).filter((each) => each.agreement !== "agrees" && each.why).map((each) => each.why);
  if (assumptions.length + said.length + refusals.length + (comparison ? 1 : 0) === 0) return null;
  return (
    <section class="notes card" aria-label={text.notes.title}>
      {comparison && <Points title={text.notes.comparison} points={[comparison.sentence, ...new Set(differing)]} />}
      {said.length > 0 && <Points title={text.notes.title} points={said} />}
      {assumptions.length > 0 && <Points title={text.notes.assumptions} points={assumptions} />}
      {refusals.length > 0 && <Points title={text.notes.refusals} points={refusals} />}
    </section>
  );
}
