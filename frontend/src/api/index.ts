/** What the page may ask of the server, one function for each endpoint. */

import { FailureError, request } from "./http";
import type { Me, Nobody, Topology, Trace, TraceRequest } from "./wire";

/** That nobody has signed in is an answer to this question, so the browser's console has nothing to complain of. */
async function me(): Promise<Me> {
  const known = await request<Me | Nobody>("GET", "sessions/current");
  if (known.username === null) throw new FailureError({ kind: "signed_out" });
  return known;
}

export const api = {
  me,
  signIn: (username: string, password: string) => request<Me>("POST", "sessions", { username, password }),
  signOut: () => request<void>("DELETE", "sessions/current"),
  topology: () => request<Topology>("GET", "topology"),
  trace: (question: TraceRequest, signal: AbortSignal) => request<Trace>("POST", "traces", question, signal),
};

export type Api = typeof api;
