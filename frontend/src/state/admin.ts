/** What administrators look for, and what of the machine is well. */

import type { HealthNow, Operations } from "../api/types";
import { startOf } from "./history";
import type { Query } from "./route";

export interface AuditFilters {
  readonly who: string;
  readonly what: string;
  readonly object: string;
  readonly since: string;
  readonly until: string;
}

/** As the engine notes them. */
export const ACTIONS = [
  "sign in", "sign out", "change password", "end session", "end sessions", "create token", "remove token",
  "submit", "cancel", "remove", "upload", "activate", "download", "reload", "remove network",
  "add user", "change user", "remove user", "cleanup", "lab up", "lab down",
] as const;

export function auditFilters(query: Query): AuditFilters {
  const said = (name: keyof AuditFilters) => query[name] ?? "";
  return { who: said("who"), what: said("what"), object: said("object"), since: said("since"), until: said("until") };
}

type Sought = Operations["GET /api/v1/audit"]["query"];

/** As the API takes them; names stand there as they are. */
export function soughtOf({ who, what, object, since, until }: AuditFilters): Sought {
  const times = { since: startOf(since), until: startOf(until, 1) };
  const given = { who: who.trim(), what, object: object.trim(), ...times };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value)) as Sought;
}

/** Of these, the object is a test. */
export function isTest(what: string): boolean {
  return what === "submit" || what === "cancel";
}

export interface Check {
  readonly name: string;
  readonly isWell: boolean;
  /** What is wrong. */
  readonly said: string;
}

/** What is wrong stands first. */
export function checksOf({ checks }: Pick<HealthNow, "checks">): readonly Check[] {
  return Object.entries(checks)
    .map(([name, said]) => ({ name, isWell: said === "ok", said: said === "ok" ? "" : said }))
    .sort((one, other) => Number(one.isWell) - Number(other.isWell));
}
