/** How a verdict is meant: it lets the packet through, it stops it, or it leaves the question open. */

export type Tone = "good" | "bad" | "open";

const OPEN = new Set(["exits_network", "conditional", "unknown"]);

export function toneOf(verdict: string): Tone {
  if (verdict === "accepted") return "good";
  return OPEN.has(verdict) ? "open" : "bad";
}
