/** Something of the server: not asked for, under way, here, or failed. */

import type { Failure } from "../api/http";

export type Remote<T> =
  | { readonly state: "idle" }
  | { readonly state: "loading"; readonly before: T | null }
  | { readonly state: "loaded"; readonly value: T }
  | { readonly state: "failed"; readonly failure: Failure; readonly before?: T | null };

export const IDLE = { state: "idle" } as const;

/** The value as it was last known. */
export function valueOf<T>(remote: Remote<T>): T | null {
  switch (remote.state) {
    case "loaded":
      return remote.value;
    case "loading":
      return remote.before;
    case "failed":
      return remote.before ?? null;
    case "idle":
      return null;
  }
}

/** What was known stays in view while it is asked for again. */
export function loading<T>(remote: Remote<T>): Remote<T> {
  return { state: "loading", before: valueOf(remote) };
}

export function failed<T>(remote: Remote<T>, failure: Failure): Remote<T> {
  return { state: "failed", failure, before: valueOf(remote) };
}
