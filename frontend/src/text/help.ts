/** Words of the help. */

import type { Fate } from "../state/verdict";

export const SECTIONS = ["what", "verdicts", "ports", "trace", "keys", "programs", "shell"] as const;
export type Section = (typeof SECTIONS)[number];

const titles: Record<Section, string> = {
  what: "What it does",
  verdicts: "What the verdicts mean",
  ports: "How services are written",
  trace: "A trace of your own",
  keys: "By keyboard",
  programs: "For programs",
  shell: "In a terminal",
};

const fates: Record<Fate, { readonly means: string; readonly look: string }> = {
  accepted: { means: "The packet gets through, and its answer comes back.", look: "Nothing to do." },
  dropped: { means: "It vanishes without a word: the sender waits until it gives up.", look: "The deciding rule, or the policy of the chain, stands beside it." },
  rejected: { means: "It is turned away, and the sender is told so at once.", look: "A rule with REJECT, no route, or nothing that listens there." },
  conditional: { means: "It depends on what no rule or route says: a rate, the time of day, another program.", look: "The conditions are listed with it." },
  unknown: { means: "It cannot be known: the packet leaves the network, or facts are missing.", look: "The proof may know what the prediction does not." },
};

export const text = {
  title: "Help",
  contents: "On this page",
  sections: titles,
  what: [
    "tsim answers one question: does a packet from here get there, by which way, and who decides? It knows the routers of your network by their facts: addresses, routes, policy rules, iptables and sets as they were collected.",
    "A prediction is calculated from the facts at once. A proof builds the routers in question as a throw-away copy on this machine and sends real packets through them, so that the kernel itself decides. Both are shown side by side; where they differ, one of them is wrong, and that is said.",
    "A test asks for several services at once. For each of them every router on the way is asked alone as well, also those behind one that blocks: you see at once who else would block.",
    "Nothing is ever sent to the real network.",
  ],
  start: "Start a new test",
  look: "Look at the network",
  verdicts: {
    about: "Each has a colour, a shape and a word. “At” names the router that decides.",
    mark: "Verdict",
    means: "What happens to the packet",
    where: "What to look at",
    fates,
    moreTitle: "More exactly",
    more: [
      ["denied_in", "The router itself is the destination, and its INPUT chain refuses."],
      ["denied_forward", "A router on the way refuses in its FORWARD chain."],
      ["denied_out", "The sender's own OUTPUT chain refuses."],
      ["no_route", "A router knows no way to the destination."],
      ["blackhole", "A route throws it away without a word."],
      ["prohibited", "A route forbids it, and says so."],
      ["unreachable", "A route calls the destination unreachable, and says so."],
      ["rpfilter", "It comes from where the router would not send the answer (rp_filter)."],
      ["forwarding_off", "The router does not forward at all (ip_forward is 0)."],
      ["neighbor_unreachable", "The next hop or the host does not answer on its segment."],
      ["no_listener", "It arrives, but nothing listens on that port."],
      ["loop", "Routers send it in a circle."],
      ["ttl_exceeded", "Its time to live ends on the way."],
      ["exits_network", "It leaves by a router of which the next hop is not in the facts."],
    ],
  },
  ports: {
    about: "Pieces with commas between them. Without a protocol a port is of TCP, and a name what it usually is.",
    what: "Written",
    means: "Means",
    examples: [
      ["443", "443/tcp"],
      ["53/udp", "one port of UDP"],
      ["22/tcp,80,443", "three services"],
      ["1000-1010/udp", "a range: eleven services"],
      ["ssh, ntp", "names: 22/tcp and 123/udp"],
      ["dns", "53/tcp and 53/udp"],
      ["dns/udp", "a name with a protocol"],
      ["icmp", "a ping; between addresses of IPv6 it is ICMPv6"],
    ],
    limit: "A piece that is wrong is named while you type. How many services one test may have is for the administrator to say.",
  },
  trace: {
    about: "If you know the way, from a traceroute or from another tool, paste it: the routers are then tested in its order, instead of the way being found. It is JSON with a list of hops:",
    fields: [
      ["name", "of the router, as the network calls it; ??? or * did not answer and is passed over"],
      ["incoming, outgoing", "interfaces; what is missing is found by the routes, and said"],
      ["is_router", "false for hosts, which are not tested"],
      ["ip", "finds the router where the name does not"],
    ],
    rest: "What tsimsh trace -j prints is such a file. Other keys are kept and do no harm.",
    exampleLabel: "Example of a trace",
    example: `{
  "source": "10.1.1.50",
  "destination": "10.2.1.50",
  "path": [
    { "name": "hq-gw", "incoming": "eth1", "outgoing": "wg0", "is_router": true },
    { "name": "br-gw", "incoming": "wg0", "outgoing": "eth1", "is_router": true }
  ]
}`,
  },
  keys: {
    about: "Everything can be reached with the Tab key; where it is shown by a frame, Enter opens it.",
    key: "Key",
    does: "Does",
    list: [
      ["Tab, Shift Tab", "on to the next thing, and back; the first Tab of a page offers to skip the navigation"],
      ["↑ ↓ ← →", "in the matrix: from cell to cell; in a list of suggestions: up and down"],
      ["Enter", "opens the cell, the suggestion, the link"],
      ["Space", "chooses a test for comparing, presses a button"],
      ["Esc", "closes a dialog, a list, the menu"],
    ],
  },
  programs: {
    about: "Everything that this page does can be done by programs.",
    docs: "The REST interface",
    docsHint: "with all addresses, what they take and what they give",
    token: "Make a token in your account",
    tokenHint: "and send it with each request:",
    exampleLabel: "Example of a request",
    example: (base: string) => `curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"source": "10.1.1.50", "destination": "10.2.1.50", "services": "443/tcp"}' \\
  ${base}api/v1/reach`,
  },
  shell: {
    about: "tsimsh asks the same questions in a terminal. With a token it asks this server from anywhere:",
    exampleLabel: "Example of the shell",
    example: (base: string) => `export TSIM_SERVER=${base} TSIM_TOKEN=…
tsimsh trace -s 10.1.1.50 -d 10.2.1.50
tsimsh reach -s 10.1.1.50 -d 10.2.1.50 -P 443/tcp,53/udp
tsimsh job submit -s 10.1.1.50 -d 10.2.1.50 -P https --wait`,
    help: "tsimsh help lists all commands; each says with --help what it takes.",
  },
} as const;
