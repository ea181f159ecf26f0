/** A test that somebody is still writing, as text of its fields, and what the server says of it. */

import type { FieldError, Job, JobQuestion, ReadDraft, Result } from "../api/types";
import type { Query } from "./route";
import { nameOf, piecesOf } from "./service";

export const FIELDS = ["source", "destination", "services", "mode", "source_port", "gateway", "tos", "ttl", "trace"] as const;
export type Field = (typeof FIELDS)[number];
export type Draft = Readonly<Record<Field, string>>;
export type Errors = Readonly<Partial<Record<Field, readonly FieldError[]>>>;

export const EMPTY: Draft = { source: "", destination: "", services: "", mode: "prove", source_port: "", gateway: "", tos: "", ttl: "", trace: "" };
/** Nothing can be tested without (backend/jobs/draft.py). */
const NEEDED: readonly Field[] = ["source", "destination", "services"];
/** Behind "More options". */
export const EXTRA: readonly Field[] = ["source_port", "gateway", "tos", "ttl", "trace"];

/** Of an address such as `/?source=10.1.1.50&services=22/tcp`; null where it says nothing. */
export function draftIn(query: Query): Draft | null {
  const said = FIELDS.filter((field) => field !== "trace" && query[field]);
  if (said.length === 0) return null;
  return { ...EMPTY, ...Object.fromEntries(said.map((field) => [field, query[field]])) };
}

/** The query that fills in the same test again: what no list of tests says is asked for then (`withAsked`). */
export function questionOf(job: Job): Query {
  return {
    source: job.source,
    destination: job.destination,
    services: job.services.map(nameOf).join(","),
    mode: job.mode === "prove" ? "" : job.mode,
    source_port: job.source_port === null ? "" : String(job.source_port),
    from: job.status === "succeeded" ? job.id : "",
  };
}

/** With what else was asked, in a test that is repeated. */
export function withAsked(draft: Draft, { gateway, tos, ttl, trace }: Result["asked"]): Draft {
  return {
    ...draft,
    gateway: gateway ?? "",
    tos: tos === 0 ? "" : String(tos),
    ttl: ttl === 64 ? "" : String(ttl),
    trace: trace ? JSON.stringify(trace, null, 2) : "",
  };
}

/** As the API takes it; what is empty is left to the server. */
export function bodyOf(draft: Draft): JobQuestion {
  const said = FIELDS.map((field) => [field, draft[field].trim()] as const).filter(([, value]) => value !== "");
  return { source: "", destination: "", services: "", ...Object.fromEntries(said) } as JobQuestion;
}

export function missingIn(draft: Draft): readonly Field[] {
  return NEEDED.filter((field) => draft[field].trim() === "");
}

export function errorsOf(read: ReadDraft | null): Errors {
  const found: Partial<Record<Field, FieldError[]>> = {};
  for (const error of read?.errors ?? []) {
    const field = error.field === "default_protocol" ? "services" : error.field;
    if ((FIELDS as readonly string[]).includes(field)) (found[field as Field] ??= []).push(error);
  }
  return found;
}

/** What a person kept from the last time; anything strange in it is nothing. */
export function draftKept(text: string | null): Draft | null {
  try {
    const kept: unknown = JSON.parse(text ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const said = Object.entries(kept).filter(([field, value]) => field in EMPTY && typeof value === "string");
    return { ...EMPTY, ...Object.fromEntries(said) };
  } catch {
    return null;
  }
}

export function keptText(draft: Draft): string {
  return JSON.stringify({ ...draft, trace: "" });
}

/** The list without one of its services; a range or a name that it came from is written out. */
export function without(list: string, service: string, read: readonly string[]): string {
  const pieces = piecesOf(list);
  return (pieces.includes(service) ? pieces : read).filter((each) => each !== service).join(",");
}
