/** What the page may ask of the server, one function for each endpoint. */

import { request } from "./http";
import type { Me, Topology, Trace, TraceRequest } from "./wire";

export const api = {
  me: () => request<Me>("GET", "me"),
  signIn: (username: string, password: string) => request<Me>("POST", "sessions", { username, password }),
  signOut: () => request<void>("DELETE", "sessions/current"),
  topology: () => request<Topology>("GET", "topology"),
  trace: (question: TraceRequest, signal: AbortSignal) => request<Trace>("POST", "traces", question, signal),
};

export type Api = typeof api;
