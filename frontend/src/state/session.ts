/** Who uses the page, as plain data, and the pure functions that change it. */

import type { Failure } from "../api/http";
import type { Me } from "../api/types";

/** Nobody has signed in. */
export interface Out {
  readonly state: "out";
  /** Whose session ended: the page stays as it is for them, unseen. */
  readonly before: Me | null;
  readonly busy: boolean;
  readonly failure: Failure | null;
}

export type Session =
  | { readonly state: "checking" }
  | { readonly state: "unreachable"; readonly failure: Failure }
  | Out
  | {
      readonly state: "in";
      readonly me: Me;
      /** How often somebody has signed in here: what was asked in an ended session is asked again. */
      readonly times: number;
    };

export const CHECKING: Session = { state: "checking" };
export const OUT: Out = { state: "out", before: null, busy: false, failure: null };

export function signedIn(session: Session, me: Me, times: number): Session {
  return session.state === "in" && session.me.id === me.id && session.me.role === me.role ? session : { state: "in", me, times };
}

/** Said by any answer, also several times. */
export function ended(session: Session): Session {
  if (session.state === "out") return session;
  return { ...OUT, before: session.state === "in" ? session.me : null };
}

export function signingIn(session: Session): Session {
  return { ...OUT, before: personOf(session), busy: true };
}

export function refused(session: Session, failure: Failure): Session {
  return { ...OUT, before: personOf(session), failure };
}

/** Whose page it is, seen or unseen. */
export function personOf(session: Session): Me | null {
  if (session.state === "in") return session.me;
  return session.state === "out" ? session.before : null;
}
