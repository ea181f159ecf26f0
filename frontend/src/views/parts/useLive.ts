/** What the socket tells, for pages. */

import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../api/http";
import { live, type Connection } from "../../api/socket";
import type { Job } from "../../api/types";
import type { JobView } from "../../state/job";

export interface Watching {
  /** null until it is known. */
  readonly view: JobView | null;
  readonly failure: Failure | null;
}

const NOTHING: Watching = { view: null, failure: null };

/** A test, live: the same view whether it runs or has ended long ago. */
export function useJob(job: string): Watching {
  const [watching, setWatching] = useState(NOTHING);
  useEffect(() => {
    setWatching(NOTHING);
    return live.watch(job, (view, failure) => setWatching({ view, failure }));
  }, [job]);
  return watching;
}

/** Calls for each job of one's own whose state has changed. */
export function useJobChanges(listener: (job: Job) => void): void {
  useEffect(() => live.onJob(listener), [listener]);
}

/** Calls with the id of each job that is removed, wherever that was done. */
export function useRemovals(listener: (job: string) => void): void {
  useEffect(() => live.onRemoved(listener), [listener]);
}

export function useConnection(): Connection {
  const [connection, setConnection] = useState(live.connection.get());
  useEffect(() => {
    setConnection(live.connection.get());
    return live.connection.subscribe(() => setConnection(live.connection.get()));
  }, []);
  return connection;
}
