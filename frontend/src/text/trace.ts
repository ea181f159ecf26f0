/** Words of tracing a path. */

import type { Way as Branch, Hop, Trace } from "../api/types";
import { counted, factLine, factPlace, listed, percent, plain, stepKind } from "./words";
import { verdict } from "./parts";
import { decidingHop, forwardersOf, ringOf } from "../state/answer";
import type { Field } from "../state/question";

const labels: Record<Field, string> = {
  source: "Source",
  destination: "Destination",
  protocol: "Protocol",
  source_port: "Source port",
  destination_port: "Destination port",
  mark: "Mark",
  tos: "TOS",
  ttl: "TTL",
  gateway: "First router",
};

const hints: Partial<Record<Field, string>> = {
  protocol: "tcp, udp, icmp …",
  source_port: "any",
  destination_port: "any",
  mark: "0",
  tos: "0",
  ttl: "64",
  gateway: "found by itself",
};

/** A long row of routers is shortened in the middle; the drawing below has all of them. */
function shortened(names: readonly string[]): readonly string[] {
  const [most, kept] = [6, 3];
  if (names.length <= most) return names;
  return [...names.slice(0, kept), `${names.length - kept - 1} more`, ...names.slice(-1)];
}

type Ends = Pick<Trace, "source" | "destination" | "scope">;

function delivered({ source, destination, scope }: Ends, branch: Branch): string {
  const routers = forwardersOf(branch);
  const way = routers.length === 0 ? "directly" : `through ${listed(shortened(routers))}`;
  return `${scope === "routing" ? "Routing delivers" : "Routes and rules deliver"} ${source} → ${destination} ${way}.`;
}

type Sentence = (where: string, ends: Ends, hop: Hop, branch: Branch) => string;

const sentences: Record<string, Sentence> = {
  no_route: (where, { destination }) => `${where} has no route to ${destination}.`,
  blackhole: (where, { destination }) => `${where} discards what is sent to ${destination}: a blackhole.`,
  prohibited: (where, { destination }) => `${where} prohibits what is sent to ${destination}.`,
  unreachable: (where, { destination }) => `${where} declares ${destination} unreachable.`,
  rpfilter: (where, { source }, hop) =>
    `${where} drops what comes from ${source}${hop.incoming ? ` on ${hop.incoming}` : ""}: reverse-path filter.`,
  forwarding_off: (where, _, hop) => `${where} does not forward${hop.incoming ? ` what arrives on ${hop.incoming}` : ""}.`,
  loop: (where, { destination }, hop, branch) =>
    `The path to ${destination} never ends: it loops at ${[...shortened(ringOf(branch, hop)), where].join(" → ")}.`,
  ttl_exceeded: (where, { destination }) => `The TTL runs out at ${where}, before ${destination}.`,
  neighbor_unreachable: (where, { destination }, hop) =>
    `${where} finds nobody who answers for ${hop.next_hop || destination}${hop.segment ? ` on ${hop.segment}` : ""}.`,
  exits_network: (where, { destination }) =>
    `The path to ${destination} leaves the known network at ${where}.`,
  denied_in: (where) => `${where} denies the packet as it comes in.`,
  denied_forward: (where) => `${where} denies forwarding the packet.`,
  denied_out: (where) => `${where} denies the packet as it goes out.`,
  no_listener: (where) => `Nothing listens on ${where}.`,
  conditional: (where, { destination }) => `Whether ${destination} is reached depends on a condition at ${where}.`,
  unknown: (where, { destination }) => `Whether ${destination} is reached is unknown: the facts end at ${where}.`,
};

function sentence(ends: Ends, branch: Branch): string {
  if (branch.verdict === "accepted") return delivered(ends, branch);
  const hop = decidingHop(branch);
  const say = sentences[branch.verdict];
  if (hop === null || say === undefined) return `From ${ends.source} to ${ends.destination}: ${verdict(branch.verdict)}.`;
  return say(hop.name, ends, hop, branch);
}

export const text = {
  percent,
  verdict,
  sentence,
  title: (source: string, destination: string) => (source && destination ? `${source} → ${destination}` : "Trace"),
  form: {
    label: "Trace a path",
    field: labels,
    hint: hints,
    submit: "Trace",
    busy: "Tracing …",
    swap: "Swap source and destination",
    more: "More options",
    moreHint: "protocol, ports, mark, TOS, TTL, first router",
    set: (label: string, value: string) => `${label} ${value}`,
  },
  complaints: {
    missing: (field: Field) => `${labels[field]} is missing: an address or the name of a host.`,
    bounds: (least: number, most: number) => `A whole number from ${least} to ${most}.`,
  },
  start: {
    title: "Which way does a packet take?",
    body: "Pick a source and a destination to see every router on the path, and which policy rule, table and route line decided there.",
    examples: "For example",
    size: (routers: number, segments: number, hosts: number) =>
      `${counted(routers, "router", "routers")}, ${counted(segments, "segment", "segments")}, ${counted(hosts, "host", "hosts")}`,
  },
  answer: {
    label: "Answer",
    waiting: "Tracing …",
    /** `scope` says what the answer is made of; routing alone is said out loud. */
    scope: (scope: string) =>
      scope === "routing"
        ? "Routing only: firewall rules are not part of this answer."
        : "Routes and firewall rules: both were asked.",
    by: (by: string, network: string) => `${by === "prediction" ? "Predicted" : plain(by)} from ${network}`,
    conditions: "Under these conditions",
    same: (all: number, isDelivered: boolean) =>
      `${all} equal-cost branches carry this flow; ${isDelivered ? "all of them deliver it" : "none of them delivers it"}.`,
    differ: (delivered: number, all: number) =>
      `It depends on the branch: ${delivered} of ${all} equal-cost branches ${delivered === 1 ? "delivers" : "deliver"}.`,
    flow: (flow: Trace["flow"]) =>
      [
        flow.protocol ?? "any protocol",
        flow.source_port === null ? "" : `source port ${flow.source_port}`,
        flow.destination_port === null ? "" : `destination port ${flow.destination_port}`,
        flow.mark === 0 ? "" : `mark 0x${flow.mark.toString(16)}`,
        flow.tos === 0 ? "" : `TOS 0x${flow.tos.toString(16).padStart(2, "0")}`,
        `TTL ${flow.ttl}`,
      ].filter((part) => part !== ""),
  },
  branches: {
    label: "Equal-cost branches",
    name: (position: number, router: string | null) => (router === null ? `Branch ${position}` : `via ${router}`),
  },
  drawing: {
    label: "Path",
    notReached: "not reached",
    notKnown: "not known",
    beyond: "beyond the known network",
    /** Begins with what is to be seen, so that a person who speaks to the page can say it. */
    node: (hop: Hop, badge: string) =>
      [
        [hop.name, hop.ip === hop.name ? "" : hop.ip, badge].filter((part) => part !== "").join(" "),
        `hop ${hop.hop}`,
        hop.is_router ? "router" : "host",
        hop.incoming ? `in ${hop.incoming}` : "",
        hop.outgoing ? `out ${hop.outgoing}` : "",
      ]
        .filter((part) => part !== "")
        .join(", "),
  },
  table: {
    caption: "Hops",
    columns: {
      hop: "#",
      name: "Name",
      ip: "Address",
      incoming: "In",
      outgoing: "Out",
      segment: "Leaves on",
      rtt: "RTT",
      verdict: "Verdict",
    },
    rtt: (rtt_ms: number) => `${rtt_ms} ms`,
    passed: "passed",
    none: "–",
  },
  steps: {
    title: (hop: Hop) => `${hop.name}: ${hop.is_router ? "how it decided" : "host"}`,
    none: "No decision was taken here.",
    again: (before: Hop) => `The packet was here before, as hop ${before.hop}, and would go round for ever.`,
    kind: stepKind,
    table: (name: string, chain: string | null, number: number | null) =>
      [`table ${name}`, chain && `chain ${chain}`, number !== null && `rule ${number}`].filter(Boolean).join(", "),
    line: factLine,
    place: factPlace,
  },
} as const;
