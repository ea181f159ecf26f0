import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../../api/http";
import { live } from "../../api/socket";
import type { Job } from "../../api/types";
import { namesOf } from "../../state/history";
import { valueOf } from "../../state/remote";
import { pathTo } from "../../state/route";
import { text } from "../../text/admin";
import { text as parts } from "../../text/parts";
import { Link } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Table, type Column } from "../parts/Table";
import { Time } from "../parts/Time";
import { useAsked } from "../parts/useAsked";
import { useDoing } from "../parts/useDoing";
import { useJobChanges } from "../parts/useLive";
import { Figure } from "./Figure";

const words = text.queue;
/** Many changes at once are one question. */
const PAUSE_MS = 150;

/** Who waits for what. The socket says when there is something new, the API says what. */
export function Queue() {
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/queue", {}, { signal }), []);
  useQueueChanges(reload);
  const { failure, run } = useDoing();
  const [ending, setEnding] = useState<ReadonlySet<string>>(new Set());
  const cancel = async (job: Job) => {
    setEnding((now) => new Set([...now, job.id]));
    await run(() => ask("POST /api/v1/jobs/{job}/cancel", { path: { job: job.id } }));
    reload();
  };
  const queue = valueOf(remote);
  const action: Column<Job> = {
    key: "cancel", title: words.actions,
    cell: (job) => <Button kind="quiet" isBusy={ending.has(job.id)} label={words.cancelLabel(job.number)} onPress={() => void cancel(job)}>{parts.cancel}</Button>,
  };
  return (
    <>
      <h2 class="unseen">{text.parts.queue}</h2>
      {failure && <Problem failure={failure} />}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {queue === null && remote.state !== "failed" && <Loading />}
      {queue && (
        <>
          <ul class="figures">
            <Figure value={words.of(queue.running.length, queue.capacity)} word={words.running} />
            <Figure value={words.of(queue.waiting.length, queue.limit)} word={words.waiting} />
            <Figure value={String(queue.limit_for_each)} word={words.forEach} />
          </ul>
          <h3>{words.running}</h3>
          <Table caption={words.running} columns={[...COMMON, PHASE, SINCE, action]} rows={queue.running} keyOf={({ id }) => id} empty={<p class="faint">{words.noneRuns}</p>} />
          <h3>{words.waiting}</h3>
          <Table caption={words.waiting} columns={[POSITION, ...COMMON, PRIORITY, STARTS, action]} rows={queue.waiting} keyOf={({ id }) => id} empty={<p class="faint">{words.noneWaits}</p>} />
          {queue.leaving.length > 0 && (
            <>
              <h3>{words.leaving}</h3>
              <Table caption={words.leaving} columns={COMMON} rows={queue.leaving} keyOf={({ id }) => id} />
            </>
          )}
        </>
      )}
    </>
  );
}

const COMMON: readonly Column<Job>[] = [
  { key: "number", title: words.test, cell: ({ id, number }) => <Link to={pathTo("job", { job: id })}>{words.number(number)}</Link>, isHead: true },
  { key: "user", title: words.user, cell: ({ user }) => user },
  { key: "question", title: words.question, cell: (job) => words.ends(...namesOf(job)), isMono: true },
  { key: "services", title: words.services, cell: ({ services }) => services.length, isNumber: true },
];
const PHASE: Column<Job> = { key: "phase", title: words.phase, cell: ({ phase }) => words.phases[phase] };
const SINCE: Column<Job> = { key: "since", title: words.since, cell: ({ started }) => <Time at={started} /> };
const POSITION: Column<Job> = { key: "position", title: words.position, cell: ({ place }) => place?.position ?? parts.none };
const PRIORITY: Column<Job> = { key: "priority", title: words.priority, cell: ({ priority }) => words.priorities[priority] };
const STARTS: Column<Job> = { key: "starts", title: words.starts, cell: ({ place }) => (place ? words.startsIn(place.starts_in_s) : parts.none) };

function useQueueChanges(reload: () => void): void {
  const latest = useRef(reload);
  latest.current = reload;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const soon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), PAUSE_MS);
  }, []);
  useJobChanges(soon);
  useEffect(() => live.watchQueue(soon), []);
  useEffect(() => () => clearTimeout(timer.current), []);
}
