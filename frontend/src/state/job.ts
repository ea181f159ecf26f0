/** A test as its events show it: the same one, watched live or opened later. As the server does it (backend/jobs/snapshot.py). */

import type { Event as JobEvent, Job, PhaseView, ResultRouter, Snapshot } from "../api/types";
import { nameOf } from "./service";

export type Phase = Job["phase"];
export type Status = Job["status"];

/** In which a test of each mode runs; one that has nothing to do is left out. */
export const PHASES: Readonly<Record<Job["mode"], readonly Phase[]>> = {
  predict: ["predict"],
  prove: ["predict", "build", "services", "test", "analyze", "report"],
};

export interface JobView {
  readonly job: Job;
  /** Number of the last event in it. */
  readonly seq: number;
  readonly percent: number;
  readonly phase: Phase;
  readonly state: JobEvent["state"];
  readonly message: string;
  readonly phases: Readonly<Partial<Record<Phase, PhaseView>>>;
  /** What the latest event about each service says, by `443/tcp`. */
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the proof has said so far of each router alone, by router and service; all of it is in the result later. */
  readonly alone: Alone;
}

export type Alone = Readonly<Record<string, Readonly<Record<string, ResultRouter>>>>;

export function viewOf(job: Job, snapshot: Snapshot): JobView {
  const { seq, percent, phase, state, message, phases, services } = snapshot;
  return { job, seq, percent, phase, state, message, phases, services, alone: {} };
}

/** With one more event: the same view where it is known already, null where one before it is missing. */
export function applied(view: JobView, event: JobEvent): JobView | null {
  if (event.seq <= view.seq) return view;
  if (event.seq !== view.seq + 1) return null;
  const isNew = event.phase === "queued" && event.state === "started";
  const phases = isNew ? {} : view.phases;
  const services = isNew ? {} : view.services;
  return {
    job: jobAfter(view.job, event),
    seq: event.seq,
    percent: event.percent,
    phase: event.phase,
    state: event.state,
    message: event.message,
    phases: { ...phases, [event.phase]: phaseAfter(phases[event.phase], event) },
    services: serviceOf(event) === null ? services : { ...services, [serviceOf(event) ?? ""]: event.data },
    alone: isNew ? {} : aloneAfter(view.alone, event),
  };
}

/** All of them; null where one is missing. */
export function appliedAll(view: JobView, events: readonly JobEvent[]): JobView | null {
  return events.reduce<JobView | null>((now, event) => now && applied(now, event), view);
}

/** The job as it is said to be, unless the events know more. */
export function withJob(view: JobView, job: Job): JobView {
  return isOver(view.job) && !isOver(job) ? view : { ...view, job };
}

export function isOver(job: Pick<Job, "status">): boolean {
  return job.status !== "queued" && job.status !== "running";
}

/** Whether the result document holds something: it is there from the prediction on, and more with each phase. */
export function hasResult(view: JobView): boolean {
  const { phases, job } = view;
  return job.status === "succeeded" || phases.predict?.state === "finished" || PHASES[job.mode].slice(1).some((phase) => phases[phase]);
}

/** Changes when the result document may have changed: whoever shows it asks again then. */
export function resultKey(view: JobView): string {
  const done = PHASES[view.job.mode].filter((phase) => view.phases[phase] && view.phases[phase].state !== "started" && view.phases[phase].state !== "progress");
  return [view.job.id, view.job.attempt, isOver(view.job) ? view.job.status : "", ...done].join(" ");
}

function jobAfter(job: Job, event: JobEvent): Job {
  const { status, attempt } = event.data;
  return {
    ...job,
    phase: event.phase,
    status: isStatus(status) ? status : job.status,
    attempt: typeof attempt === "number" ? attempt : job.attempt,
    started: job.started ?? (status === "running" ? event.time : null),
    ended: event.phase === "done" ? event.time : job.ended,
  };
}

const STATUSES: readonly unknown[] = ["cancelled", "expired", "failed", "queued", "running", "succeeded"] satisfies Status[];

function isStatus(word: unknown): word is Status {
  return STATUSES.includes(word);
}

function phaseAfter(known: PhaseView | undefined, event: JobEvent): PhaseView {
  const began = known && event.state !== "started" ? known.began : event.time;
  return { state: event.state, began, changed: event.time, message: event.message };
}

function serviceOf(event: JobEvent): string | null {
  const { service } = event.data;
  return service === undefined ? null : String(service);
}

/** `{"router": "hq-gw", "alone": [{"port": 22, "protocol": "tcp", "verdict": …}, …]}` (backend/jobs/words.py) */
function aloneAfter(known: Alone, { data }: JobEvent): Alone {
  const { router, alone } = data;
  if (typeof router !== "string" || !Array.isArray(alone)) return known;
  const said = alone as readonly (ResultRouter & { readonly port: number | null; readonly protocol: string })[];
  return { ...known, [router]: { ...known[router], ...Object.fromEntries(said.map((each) => [nameOf(each), each])) } };
}
