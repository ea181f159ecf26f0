/** Words of what all pages share. */

import type { Failure } from "../api/http";
import type { Fate } from "../state/verdict";
import { asSentence, counted, plain } from "./words";

const verdicts: Record<string, string> = {
  accepted: "delivered",
  denied_in: "denied (in)",
  denied_forward: "denied (forward)",
  denied_out: "denied (out)",
  no_route: "no route",
  blackhole: "blackhole",
  prohibited: "prohibited",
  unreachable: "unreachable",
  rpfilter: "rp_filter",
  forwarding_off: "forwarding off",
  loop: "loop",
  ttl_exceeded: "TTL exceeded",
  neighbor_unreachable: "no neighbour",
  exits_network: "leaves the network",
  no_listener: "no listener",
  conditional: "conditional",
  unknown: "unknown",
};

export function verdict(word: string): string {
  return verdicts[word] ?? plain(word);
}

function failure(given: Failure): { title: string; detail: string } {
  switch (given.kind) {
    case "network":
      return { title: "The server cannot be reached", detail: "Check the connection, then try again." };
    case "late":
      return { title: "The server did not answer in time", detail: "It may be busy. Try again." };
    case "signed_out":
      return { title: "Your session has ended", detail: "Sign in again." };
    case "problem":
      return {
        title: given.problem.status === 503 ? "The server is not ready" : given.problem.status === 422 ? "That was refused" : given.problem.title || "The request failed",
        detail: asSentence(given.problem.detail) || `The server answered with status ${given.problem.status}.`,
      };
  }
}

const DAY_S = 86_400;
const UNITS = [["day", DAY_S], ["hour", 3_600], ["minute", 60]] as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `3 minutes ago`, `in 2 hours`; a moment that is as good as now is `just now`. */
function ago(seconds: number): string {
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(-Math.round(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : relative.format(-Math.round(seconds), "second");
}

function took(seconds: number): string {
  if (seconds < 1) return `${Math.max(Math.round(seconds * 1000), 1)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export const text = {
  verdict,
  failure,
  fate: {
    accepted: "accepted",
    dropped: "dropped",
    rejected: "rejected",
    conditional: "conditional",
    unknown: "unknown",
  } satisfies Record<Fate, string>,
  ago,
  took,
  retry: "Try again",
  request: (id: string) => `Request ${id}`,
  loading: "Loading …",
  none: "–",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  show: "Show",
  hide: "Hide",
  optional: "optional",
  table: {
    more: "Show more",
    empty: "Nothing here yet.",
    sorted: (column: string, isDown: boolean) => `Sorted by ${column}, ${isDown ? "descending" : "ascending"}`,
  },
  sessions: {
    user: "User",
    device: "Program",
    unknown: "unknown program",
    address: "Address",
    seen: "Last seen",
    created: "Signed in",
    ends: "Ends at the latest",
    current: "this one",
    actions: "Actions",
    end: "End",
    endLabel: (device: string, address: string) => `End the session of ${device} at ${address}`,
    none: "There is no session.",
  },
  combobox: {
    host: "host",
    router: "router",
    endHint: "Address or name",
    listLabel: (field: string) => `${field}: addresses of the network`,
    count: (count: number) => (count === 0 ? "No suggestions" : counted(count, "suggestion", "suggestions")),
    more: (count: number) => `${counted(count, "more address", "more addresses")}: type to narrow down`,
    unlisted: "Not an address of this network; it can be traced all the same.",
    unavailable: "No suggestions: the network could not be loaded.",
  },
} as const;
