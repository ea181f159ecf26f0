/** How a verdict is meant: it lets the packet through, it stops it, or it leaves the question open. */

export type Tone = "good" | "bad" | "open";

const OPEN = new Set(["exits_network", "conditional", "unknown"]);

export function toneOf(verdict: string): Tone {
  if (verdict === "accepted") return "good";
  return OPEN.has(verdict) ? "open" : "bad";
}

/** What became of a packet, for a look at many: each has a colour, a shape and a word of its own. */
export type Fate = "accepted" | "dropped" | "rejected" | "conditional" | "unknown";

/** `action` is that of what decided: who rejects says so to the sender, who drops says nothing. */
export function fateOf(verdict: string, action: string | null = null): Fate {
  switch (verdict) {
    case "accepted":
      return "accepted";
    case "conditional":
      return "conditional";
    case "unknown":
    case "exits_network":
      return "unknown";
    default:
      return REJECTING.test(action ?? "") || SAID.has(verdict) ? "rejected" : "dropped";
  }
}

const REJECTING = /^reject/i;
/** Of these, the router or the host sends an error back. */
const SAID = new Set(["no_route", "prohibited", "unreachable", "ttl_exceeded", "neighbor_unreachable", "no_listener"]);
