import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, failureOf, type Failure } from "../../api/http";
import { live } from "../../api/socket";
import type { Job } from "../../api/types";
import { afterChange, choose, filtersOf, isFiltered, pairOf, wantedOf } from "../../state/history";
import { pathTo, type PageProps } from "../../state/route";
import "../../styles/history.css";
import { text } from "../../text/history";
import { Link, useTitle } from "../frame/navigation";
import { useMe } from "../frame/session";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { MoreButton } from "../parts/MoreButton";
import { Problem } from "../parts/Problem";
import { useConnection, useJobChanges, useRemovals } from "../parts/useLive";
import { usePaged, type Paged } from "../parts/usePaged";
import { useWhenSeen } from "../parts/useWhenSeen";
import { Filters } from "./Filters";
import { Picked } from "./Picked";
import { Removing } from "./Removing";
import { Run } from "./Run";

const PAGE = 25;
const words = text.history;

export default function History({ query }: PageProps) {
  useTitle(words.title);
  const me = useMe();
  const filters = filtersOf(query);
  const needs = JSON.stringify(filters);
  const found = usePaged<Job>(
    async (page, signal) => {
      const { jobs, next } = await ask("GET /api/v1/jobs", { query: { ...wantedOf(filters), ...page } }, { signal });
      return { items: jobs, next };
    },
    PAGE, [needs],
  );
  useChanges(found, query, me.role === "admin");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [removing, setRemoving] = useState<Job | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const cancel = async (job: Job) => {
    setFailure(null);
    try {
      const after = await ask("POST /api/v1/jobs/{job}/cancel", { path: { job: job.id } });
      found.update((jobs) => afterChange(jobs, after, filters) ?? jobs);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const onGone = (gone: string) => {
    setChosen((now) => now.filter((id) => id !== gone));
    found.update((jobs) => jobs.filter(({ id }) => id !== gone));
  };
  const gone = useRef(onGone);
  gone.current = onGone;
  useRemovals(useCallback((job: string) => gone.current(job), []));
  const onRemoved = (job: Job) => {
    setRemoving(null);
    onGone(job.id);
    document.getElementById("page")?.focus({ preventScroll: true }); // what was pressed is gone
  };

  const jobs = found.items;
  const isNew = jobs?.length === 0 && !isFiltered(filters);
  return (
    <>
      <h1>{words.title}</h1>
      {!isNew && <Filters filters={filters} isAdmin={me.role === "admin"} />}
      {failure && <Problem failure={failure} />}
      {found.failure && <Problem failure={found.failure} onRetry={found.reload} />}
      {jobs === null && !found.failure && <Loading />}
      {isNew && (
        <Empty title={words.none.title}>
          <p>{words.none.body}</p>
          <p><Link to={pathTo("newTest")}>{words.none.start}</Link></p>
        </Empty>
      )}
      {jobs?.length === 0 && !isNew && (
        <Empty title={words.nothing.title}>
          <p>{words.nothing.body}</p>
          <p><Link to={pathTo("history")}>{words.clear}</Link></p>
        </Empty>
      )}
      {jobs !== null && jobs.length > 0 && (
        <>
          <div class="runs-head">
            <p class="faint small" role="status">{words.count(jobs.length, found.hasMore)}</p>
            <Picked count={chosen.length} pair={pairOf(jobs, chosen)} onClear={() => setChosen([])} />
          </div>
          <ul class="runs card" aria-label={words.list} aria-busy={found.isAsking}>
            {jobs.map((job) => (
              <Run
                key={job.id} job={job} isOwn={job.user === me.username} isChosen={chosen.includes(job.id)}
                onChoose={() => setChosen((now) => choose(now, job.id))}
                onCancel={() => void cancel(job)} onRemove={() => setRemoving(job)}
              />
            ))}
          </ul>
          {found.hasMore && <MoreButton isBusy={found.isAsking} onPress={found.more} />}
        </>
      )}
      {removing && <Removing job={removing} onClose={() => setRemoving(null)} onRemoved={() => onRemoved(removing)} />}
    </>
  );
}

/** What changes is told for one's own tests, and for all while an administrator watches; what was missed is asked for. */
function useChanges(found: Paged<Job>, query: PageProps["query"], isAdmin: boolean): void {
  const now = useRef({ found, filters: filtersOf(query) });
  now.current = { found, filters: filtersOf(query) };
  const onChange = useCallback((job: Job) => {
    const { found, filters } = now.current;
    if (filters.user !== "" && filters.user !== job.user) return;
    const after = afterChange(found.items ?? [], job, filters);
    if (after === null) found.reload();
    else found.update((jobs) => afterChange(jobs, job, filters) ?? jobs);
  }, []);
  useJobChanges(onChange);
  useEffect(() => (isAdmin ? live.watchQueue(() => {}) : undefined), [isAdmin]);
  const connection = useConnection();
  const wasLost = useRef(false);
  useEffect(() => {
    if (connection === "lost") wasLost.current = true;
    else if (connection === "open" && wasLost.current) {
      wasLost.current = false;
      now.current.found.reload();
    }
  }, [connection]);
  useWhenSeen(() => now.current.found.reload());
}
