/** One's own tests, those that were looked for, and the two that are to be compared. */

import type { Job, Operations, Outcome } from "../api/types";
import { nameOf } from "./service";
import type { Query } from "./route";
import { fateOf, type Fate } from "./verdict";

/** As they stand in the address; empty: it does not matter. */
export interface Filters {
  readonly q: string;
  readonly status: string;
  readonly verdict: string;
  readonly network: string;
  readonly user: string;
  /** Days, such as 2026-11-21, where the person is. */
  readonly since: string;
  readonly until: string;
}

export const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled", "expired"] as const satisfies readonly Job["status"][];

/** Those that are seen often come first. */
export const VERDICTS = [
  "accepted", "denied_forward", "denied_in", "denied_out", "no_route", "conditional", "exits_network", "no_listener",
  "unreachable", "prohibited", "blackhole", "rpfilter", "forwarding_off", "neighbor_unreachable", "loop", "ttl_exceeded",
  "unknown",
] as const satisfies readonly Outcome["verdict"][];

type Wanted = Operations["GET /api/v1/jobs"]["query"];
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function filtersOf(query: Query): Filters {
  const said = (name: keyof Filters) => query[name] ?? "";
  return {
    q: said("q"), status: said("status"), verdict: said("verdict"), network: said("network"), user: said("user"),
    since: said("since"), until: said("until"),
  };
}

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((value) => value !== "");
}

/** What the facts of the test call source and destination, or their addresses. */
export function namesOf({ source, destination, source_name, destination_name }: Job): [source: string, destination: string] {
  return [source_name ?? source, destination_name ?? destination];
}

/** As the API takes them. What an address says that nothing can be is left out. */
export function wantedOf({ q, status, verdict, network, user, since, until }: Filters): Wanted {
  const wanted: Writable<Wanted> = {};
  const [isStatus, isVerdict] = [STATUSES.find((each) => each === status), VERDICTS.find((each) => each === verdict)];
  if (q.trim() !== "") wanted.q = q.trim();
  if (isStatus) wanted.status = isStatus;
  if (isVerdict) wanted.verdict = isVerdict;
  if (network !== "") wanted.network = network;
  if (user !== "") wanted.user = user;
  const [first, last] = [startOf(since), startOf(until, 1)];
  if (first) wanted.since = first;
  if (last) wanted.until = last;
  return wanted;
}

/** When a day begins where the person is; null where it is none. */
export function startOf(day: string, later = 0): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !year || !month || !date) return null;
  const start = new Date(year, month - 1, date);
  if (start.getMonth() !== month - 1 || start.getDate() !== date) return null;
  start.setDate(date + later);
  return start.toISOString();
}

/** The list after a test has changed; null: only the server can say whether it belongs there. */
export function afterChange(jobs: readonly Job[], job: Job, filters: Filters): readonly Job[] | null {
  if (filters.status !== "" && filters.status !== job.status) {
    return jobs.some(({ id }) => id === job.id) ? jobs.filter(({ id }) => id !== job.id) : jobs;
  }
  if (jobs.some(({ id }) => id === job.id)) return jobs.map((each) => (each.id === job.id ? withKnown(each, job) : each));
  const { status, ...others } = filters;
  return Object.values(others).some((value) => value !== "") ? null : [job, ...jobs].sort((one, other) => other.number - one.number);
}

/** What is told of a change comes in order, and may come later than what was asked for since. */
function withKnown(before: Job, after: Job): Job {
  const isOld = before.ended !== null && after.ended === null && before.attempt >= after.attempt;
  return isOld ? before : after;
}

/** At most two; the one that was chosen first makes room. */
export function choose(chosen: readonly string[], id: string): readonly string[] {
  return chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id].slice(-2);
}

/** Two tests as they are compared: the older one is what was before. */
export function pairOf(jobs: readonly Job[], chosen: readonly string[]): readonly [before: string, after: string] | null {
  const [one, other] = chosen;
  if (one === undefined || other === undefined) return null;
  const number = (id: string) => jobs.find((job) => job.id === id)?.number ?? 0;
  return number(one) <= number(other) ? [one, other] : [other, one];
}

/** Services that met the same fate at the same router. */
export interface Group {
  /** null: nothing is known of them. */
  readonly fate: Fate | null;
  readonly router: string | null;
  readonly services: readonly string[];
}

const ORDER: readonly (Fate | null)[] = ["dropped", "rejected", "unknown", "conditional", "accepted", null];

/** Who is blocked comes first. */
export function groupsOf(job: Job): readonly Group[] {
  const known = new Map((job.outcomes ?? []).map((outcome) => [nameOf(outcome), outcome]));
  const groups = new Map<string, Group>();
  for (const service of job.services.map(nameOf)) {
    const outcome = known.get(service);
    const fate = outcome ? fateOf(outcome.verdict, outcome.action) : null;
    const router = outcome?.router ?? null;
    const key = JSON.stringify([fate, router]);
    groups.set(key, { fate, router, services: [...(groups.get(key)?.services ?? []), service] });
  }
  return [...groups.values()].sort((one, other) => ORDER.indexOf(one.fate) - ORDER.indexOf(other.fate));
}
