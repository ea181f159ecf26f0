/** Everything the page knows, as plain data, and the pure functions that change it. */

import type { Failure } from "../api/http";
import type { Me, Topology, Trace } from "../api/wire";
import { EMPTY_ADDRESS, type Address } from "./address";
import { EMPTY_QUESTION, isField, type Field, type FieldErrors, type Question } from "./question";

export type Remote<T> =
  | { readonly state: "idle" }
  | { readonly state: "loading"; readonly before: T | null }
  | { readonly state: "loaded"; readonly value: T }
  | { readonly state: "failed"; readonly failure: Failure };

export type Session =
  | { readonly state: "checking" }
  | { readonly state: "unreachable"; readonly failure: Failure }
  | { readonly state: "out"; readonly ended: boolean; readonly busy: boolean; readonly failure: Failure | null }
  | { readonly state: "in"; readonly me: Me };

export interface Page {
  readonly session: Session;
  readonly address: Address;
  /** What the form holds, sent or not. */
  readonly draft: Question;
  readonly errors: FieldErrors;
  readonly isMoreOpen: boolean;
  readonly topology: Remote<Topology>;
  readonly answer: Remote<Trace>;
}

export const FIRST_PAGE: Page = {
  session: { state: "checking" },
  address: EMPTY_ADDRESS,
  draft: EMPTY_QUESTION,
  errors: {},
  isMoreOpen: false,
  topology: { state: "idle" },
  answer: { state: "idle" },
};

export function valueOf<T>(remote: Remote<T>): T | null {
  if (remote.state === "loaded") return remote.value;
  return remote.state === "loading" ? remote.before : null;
}

function loading<T>(remote: Remote<T>): Remote<T> {
  return { state: "loading", before: valueOf(remote) };
}

export function arrived(page: Page, address: Address): Page {
  return { ...page, address, draft: address.question, errors: {} };
}

/** A choice inside the answer: the form stays as it is. */
export function chose(page: Page, choice: Partial<Pick<Address, "branch" | "hop">>): Page {
  return { ...page, address: { ...page.address, ...choice } };
}

export function typed(page: Page, field: Field, text: string): Page {
  const { [field]: _, ...errors } = page.errors;
  return { ...page, draft: { ...page.draft, [field]: text }, errors };
}

export function refused(page: Page, errors: FieldErrors): Page {
  return { ...page, errors, isMoreOpen: page.isMoreOpen || Object.keys(errors).some(isExtra) };
}

export function openedMore(page: Page, isMoreOpen: boolean): Page {
  return { ...page, isMoreOpen };
}

function isExtra(field: string): boolean {
  return field !== "source" && field !== "destination";
}

export function signedIn(page: Page, me: Me): Page {
  return { ...page, session: { state: "in", me } };
}

/** The address and the form stay, so that the person comes back to where they were. */
export function signedOut(page: Page): Page {
  return {
    ...page,
    session: { state: "out", ended: page.session.state === "in", busy: false, failure: null },
    topology: { state: "idle" },
    answer: { state: "idle" },
  };
}

export function signingIn(page: Page): Page {
  return { ...page, session: { state: "out", ended: false, busy: true, failure: null } };
}

export function signInFailed(page: Page, failure: Failure): Page {
  return { ...page, session: { state: "out", ended: false, busy: false, failure } };
}

export function topologyAsked(page: Page): Page {
  return { ...page, topology: loading(page.topology) };
}

export function topologyCame(page: Page, value: Topology): Page {
  return { ...page, topology: { state: "loaded", value } };
}

export function topologyFailed(page: Page, failure: Failure): Page {
  return { ...page, topology: { state: "failed", failure } };
}

export function traceAsked(page: Page): Page {
  return { ...page, answer: loading(page.answer) };
}

export function traceCame(page: Page, value: Trace): Page {
  return { ...page, answer: { state: "loaded", value } };
}

/** What the server says about a field of the form is shown at that field, anything else in place of the answer. */
export function traceFailed(page: Page, failure: Failure): Page {
  const field = failure.kind === "problem" ? failure.problem.field : null;
  if (failure.kind === "problem" && field !== null && isField(field)) {
    const { title, detail } = failure.problem;
    // The sentence may begin with the field's name, which stands over it already.
    const said = detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail;
    return refused({ ...page, answer: { state: "idle" } }, { [field]: said || title });
  }
  return { ...page, answer: { state: "failed", failure } };
}
