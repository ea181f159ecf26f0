/** Everything that tracing knows, as plain data, and the pure functions that change it. */

import type { Failure } from "../api/http";
import type { Topology, Trace } from "../api/types";
import { EMPTY_ADDRESS, type Address } from "./address";
import { EMPTY_QUESTION, isField, type Field, type FieldErrors, type Question } from "./question";
import { loading, type Remote } from "./remote";

export interface Tracing {
  readonly address: Address;
  /** What the form holds, sent or not. */
  readonly draft: Question;
  readonly errors: FieldErrors;
  readonly isMoreOpen: boolean;
  readonly topology: Remote<Topology>;
  readonly answer: Remote<Trace>;
}

export const FIRST: Tracing = {
  address: EMPTY_ADDRESS,
  draft: EMPTY_QUESTION,
  errors: {},
  isMoreOpen: false,
  topology: { state: "idle" },
  answer: { state: "idle" },
};

export function arrived(now: Tracing, address: Address): Tracing {
  return { ...now, address, draft: address.question, errors: {} };
}

/** A choice inside the answer: the form stays as it is. */
export function chose(now: Tracing, choice: Partial<Pick<Address, "branch" | "hop">>): Tracing {
  return { ...now, address: { ...now.address, ...choice } };
}

export function typed(now: Tracing, field: Field, text: string): Tracing {
  const { [field]: _, ...errors } = now.errors;
  return { ...now, draft: { ...now.draft, [field]: text }, errors };
}

export function refused(now: Tracing, errors: FieldErrors): Tracing {
  return { ...now, errors, isMoreOpen: now.isMoreOpen || Object.keys(errors).some(isExtra) };
}

export function openedMore(now: Tracing, isMoreOpen: boolean): Tracing {
  return { ...now, isMoreOpen };
}

function isExtra(field: string): boolean {
  return field !== "source" && field !== "destination";
}

export function topologyAsked(now: Tracing): Tracing {
  return { ...now, topology: loading(now.topology) };
}

export function topologyCame(now: Tracing, value: Topology): Tracing {
  return { ...now, topology: { state: "loaded", value } };
}

export function topologyFailed(now: Tracing, failure: Failure): Tracing {
  return { ...now, topology: { state: "failed", failure } };
}

export function traceAsked(now: Tracing): Tracing {
  return { ...now, answer: loading(now.answer) };
}

export function traceCame(now: Tracing, value: Trace): Tracing {
  return { ...now, answer: { state: "loaded", value } };
}

/** What the server says about a field of the form is shown at that field, anything else in place of the answer. */
export function traceFailed(now: Tracing, failure: Failure): Tracing {
  const field = failure.kind === "problem" ? (failure.problem.field ?? null) : null;
  if (failure.kind === "problem" && field !== null && isField(field)) {
    const { title, detail } = failure.problem;
    // The sentence may begin with the field's name, which stands over it already.
    const said = detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail;
    return refused({ ...now, answer: { state: "idle" } }, { [field]: said || title });
  }
  return { ...now, answer: { state: "failed", failure } };
}
