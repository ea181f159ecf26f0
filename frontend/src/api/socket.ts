/** The one socket. It is opened when somebody watches, loads its library then, and heals by itself: whoever watches a test
 * gets every event once and in order, whatever the connection does (the protocol: backend/web/live.py). */

import type { Socket } from "socket.io-client";
import { appliedAll, isOver, viewOf, withJob, type JobView } from "../state/job";
import { storeOf, type Store } from "../state/store";
import { addressOf } from "./base";
import { FailureError, ask, type Failure } from "./http";
import type { Event as JobEvent, Job, Problem, Snapshot } from "./types";

export type Connection = "idle" | "connecting" | "open" | "lost";
type JobListener = (view: JobView | null, failure: Failure | null) => void;

interface Watched {
  view: JobView | null;
  failure: Failure | null;
  readonly listeners: Set<JobListener>;
  isAsking: boolean;
  /** What is being asked for came too late to be all: there is another socket now. */
  isStale: boolean;
  /** Came while it was being asked for: its numbers say whether it is new. */
  waiting: JobEvent[];
}

interface Answer {
  readonly job: Job;
  readonly snapshot: Snapshot | null;
  readonly events: readonly JobEvent[];
}

const ASK_MS = 10_000;
const CONNECT_MS = 5_000;
/** Without a socket, events are asked for. */
const POLL_MS = 3_000;

export class Live {
  readonly connection: Store<Connection> = storeOf<Connection>("idle");
  private socket: Socket | null = null;
  private isWanted = false;
  private poll: ReturnType<typeof setInterval> | null = null;
  private readonly watched = new Map<string, Watched>();
  private readonly jobs = new Set<(job: Job) => void>();
  private readonly removals = new Set<(job: string) => void>();
  private readonly queues = new Set<(jobs: readonly Job[]) => void>();
  private readonly endings = new Set<() => void>();

  /** Says the test as it is, now and with each change, until the function that it gives is called. */
  watch(job: string, listener: JobListener): () => void {
    const known = this.watched.get(job);
    const watched = known ?? { view: null, failure: null, listeners: new Set(), isAsking: false, isStale: false, waiting: [] };
    this.watched.set(job, watched);
    watched.listeners.add(listener);
    if (known) listener(watched.view, watched.failure);
    else void this.ask(job);
    this.begin();
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0 || this.watched.get(job) !== watched) return;
      this.watched.delete(job);
      if (this.socket?.connected) this.socket.emit("unwatch", { job });
    };
  }

  /** Jobs of one's own (of all, while the queue is watched) whose state has changed. */
  onJob(listener: (job: Job) => void): () => void {
    this.jobs.add(listener);
    this.begin();
    return () => this.jobs.delete(listener);
  }

  /** Ids of jobs, of which there is none any more. */
  onRemoved(listener: (job: string) => void): () => void {
    this.removals.add(listener);
    this.begin();
    return () => this.removals.delete(listener);
  }

  /** For administrators: what runs and waits, whenever all of it is known anew; changes come by `onJob`. */
  watchQueue(listener: (jobs: readonly Job[]) => void): () => void {
    this.queues.add(listener);
    this.begin();
    void this.askQueue();
    return () => {
      this.queues.delete(listener);
      if (this.queues.size === 0 && this.socket?.connected) this.socket.emit("unwatch_queue");
    };
  }

  /** The server has closed the socket, since the session has ended or may do other things than before. */
  onEnded(listener: () => void): () => void {
    this.endings.add(listener);
    return () => this.endings.delete(listener);
  }

  /** Somebody has signed in. */
  resume(): void {
    for (const watched of this.watched.values()) watched.failure = null;
    if (this.watched.size + this.jobs.size + this.removals.size + this.queues.size > 0) this.begin();
    this.askAll();
  }

  /** Nobody has. */
  stop(): void {
    this.isWanted = false;
    this.say("idle");
    this.socket?.disconnect();
  }

  private begin(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.say("connecting");
    if (this.socket) this.socket.connect();
    else void this.open();
  }

  private async open(): Promise<void> {
    const { io } = await import("socket.io-client");
    if (this.socket) return;
    const socket = io({
      path: addressOf("socket.io"),
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: CONNECT_MS,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3_000,
      autoConnect: false,
    });
    this.socket = socket;
    socket.on("connect", () => {
      this.say("open");
      this.askAll();
    });
    socket.on("disconnect", (reason) => {
      if (!this.isWanted) return;
      this.say("lost");
      // The library comes back by itself from everything but this.
      if (reason === "io server disconnect") setTimeout(() => this.isWanted && socket.connect(), POLL_MS);
    });
    socket.on("connect_error", (error) => {
      if (!this.isWanted) return;
      this.say("lost");
      if (isRefusal(error)) this.tellEnded();
    });
    socket.io.on("reconnect_attempt", () => this.isWanted && this.say("lost"));
    socket.on("ended", () => this.tellEnded());
    socket.on("resume", () => this.askAll());
    socket.on("events", ({ job, events }: { job: string; events: readonly JobEvent[] }) => this.take(job, events));
    socket.on("job", (job: Job) => this.hear(job));
    socket.on("removed", ({ job }: { job: string }) => this.hearRemoved(job));
    if (this.isWanted) socket.connect();
  }

  private say(connection: Connection): void {
    if (this.connection.get() !== connection) this.connection.set(connection);
    if (connection === "lost") this.poll ??= setInterval(() => this.askWatched(), POLL_MS);
    else if (this.poll !== null) {
      clearInterval(this.poll);
      this.poll = null;
    }
  }

  private tellEnded(): void {
    this.stop();
    for (const listener of this.endings) listener();
  }

  private askAll(): void {
    this.askWatched();
    void this.askQueue();
  }

  private askWatched(): void {
    for (const [job, { failure }] of this.watched) if (!isFinal(failure)) void this.ask(job);
  }

  /** All that is not known yet: by the socket, which tells more from then on, or else by HTTP. */
  private async ask(job: string): Promise<void> {
    const watched = this.watched.get(job);
    if (!watched) return;
    if (watched.isAsking) {
      watched.isStale = true;
      return;
    }
    watched.isAsking = true;
    watched.isStale = false;
    try {
      const after = watched.view?.seq ?? null;
      const answer = this.socket?.connected ? await this.askSocket(job, after) : await askHttp(job, after);
      const view = answer.snapshot ? viewOf(answer.job, answer.snapshot) : watched.view && withJob(watched.view, answer.job);
      watched.view = view && appliedAll(view, [...answer.events].sort((one, other) => one.seq - other.seq));
      watched.failure = null;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      // What is known stays in view while the connection is lost; the frame says so.
      watched.failure = error.failure.kind === "problem" || watched.view === null ? error.failure : null;
    } finally {
      watched.isAsking = false;
    }
    this.tell(watched);
    if (watched.isStale) {
      await this.ask(job);
      return;
    }
    const waiting = watched.waiting;
    watched.waiting = [];
    if (waiting.length > 0) this.take(job, waiting);
  }

  private async askSocket(job: string, after: number | null): Promise<Answer> {
    return this.emit<Answer>("watch", after === null ? { job } : { job, after });
  }

  private async askQueue(): Promise<void> {
    if (this.queues.size === 0 || !this.socket?.connected) return;
    try {
      const { jobs } = await this.emit<{ readonly jobs: readonly Job[] }>("watch_queue");
      for (const listener of this.queues) listener(jobs);
    } catch (error) {
      // The connection was lost meanwhile: it is asked when there is another. Who may not see it is told by REST.
      if (!(error instanceof FailureError)) throw error;
    }
  }

  private async emit<T>(message: string, ...data: readonly unknown[]): Promise<T> {
    const answer = await this.socket?.timeout(ASK_MS).emitWithAck(message, ...data).catch(() => null);
    if (!answer) throw new FailureError({ kind: "network" });
    if ("error" in answer) throw failureOfProblem(answer.error as Problem);
    return answer as T;
  }

  private take(job: string, events: readonly JobEvent[]): void {
    const watched = this.watched.get(job);
    if (!watched) return;
    if (watched.isAsking || watched.view === null) {
      watched.waiting.push(...events);
      return;
    }
    const view = appliedAll(watched.view, events);
    if (view === null) {
      void this.ask(job);
    } else if (view !== watched.view) {
      const hasEnded = isOver(view.job) && !isOver(watched.view.job);
      watched.view = view;
      this.tell(watched);
      if (hasEnded) void this.ask(job); // the job itself says why
    }
  }

  private hear(job: Job): void {
    const watched = this.watched.get(job.id);
    if (watched?.view) {
      watched.view = withJob(watched.view, job);
      this.tell(watched);
    }
    for (const listener of this.jobs) listener(job);
  }

  private hearRemoved(job: string): void {
    if (this.watched.has(job)) void this.ask(job); // and hears that there is none
    for (const listener of this.removals) listener(job);
  }

  private tell({ view, failure, listeners }: Watched): void {
    for (const listener of listeners) listener(view, failure);
  }
}

async function askHttp(job: string, after: number | null): Promise<Answer> {
  if (after === null) {
    const { snapshot, ...rest } = await ask("GET /api/v1/jobs/{job}", { path: { job } });
    return { job: rest, snapshot, events: [] };
  }
  const { events } = await ask("GET /api/v1/jobs/{job}/events", { path: { job }, query: { after } });
  const { snapshot, ...rest } = await ask("GET /api/v1/jobs/{job}", { path: { job } });
  // Where it has ended meanwhile, all of its events are in the snapshot.
  return { job: rest, snapshot: isOver(rest) ? snapshot : null, events };
}

function failureOfProblem(problem: Problem): FailureError {
  return new FailureError(problem.status === 401 ? { kind: "signed_out" } : { kind: "problem", problem });
}

/** A server that is away for a while is asked again. */
function isFinal(failure: Failure | null): boolean {
  return failure?.kind === "problem" && failure.problem.status < 500;
}

/** The door says 401 to who has no session; the library hands on the request that failed. */
function isRefusal(error: Error): boolean {
  const { context } = error as Error & { readonly context?: { readonly status?: number } };
  return context?.status === 401;
}

export const live = new Live();
