/** Tokens and passwords, as a person fills them in. */

import type { Failure } from "../api/http";
import type { Token, Wanted } from "../api/types";
import { startOf } from "./history";

export type Scope = Token["scopes"][number];

/** What a token is good for, from little to much; each takes those before it along. */
export const REACHES = ["read", "test", "admin"] as const satisfies readonly Scope[];

/** For how long, in days; empty: until it is removed; `day`: a day of one's own. */
export const SPANS = ["30", "90", "365", "", "day"] as const;
export type Span = (typeof SPANS)[number];

export interface TokenForm {
  readonly name: string;
  readonly reach: Scope;
  readonly span: Span;
  readonly day: string;
}

export const NEW_TOKEN: TokenForm = { name: "", reach: "read", span: "90", day: "" };

const DAY_MS = 86_400_000;

export function scopesOf(reach: Scope): readonly Scope[] {
  return REACHES.slice(0, REACHES.indexOf(reach) + 1);
}

/** As the API takes it; null where the day is none. A day of one's own is the last one on which it is good. */
export function wantedOf({ name, reach, span, day }: TokenForm, now: number): Wanted | null {
  const own = span === "day" ? startOf(day, 1) : null;
  if (span === "day" && own === null) return null;
  const expires = span === "" ? null : (own ?? new Date(now + Number(span) * DAY_MS).toISOString());
  return { name: name.trim(), scopes: scopesOf(reach), expires };
}

export function isOver(expires: string | null, now: number): boolean {
  return expires !== null && Date.parse(expires) <= now;
}

/** What is wrong with a field, where a failure is about that one. */
export function errorAt(failure: Failure | null, field: string): string | null {
  if (failure?.kind !== "problem" || failure.problem.field !== field) return null;
  const { detail } = failure.problem;
  return detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail;
}

/** Whether it is about none of these fields, and is to be said by itself. */
export function isElsewhere(failure: Failure | null, fields: readonly string[]): failure is Failure {
  return failure !== null && fields.every((field) => errorAt(failure, field) === null);
}
