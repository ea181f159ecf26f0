/** A small trace and a small network for tests. */

import type { Way as Branch, Hop, Topology, Trace } from "../api/types";

export function hop(number: number, name: string, given: Partial<Hop> = {}): Hop {
  return {
    hop: number,
    name,
    ip: `10.0.${number}.1`,
    incoming: "eth0",
    outgoing: "eth1",
    is_router: true,
    prev_hop: "",
    next_hop: "",
    rtt: null,
    verdict: "accepted",
    segment: `10.0.${number}.0/24`,
    steps: [{ kind: "route", text: "default via 10.0.0.1 dev eth1", outcome: "taken", table: "main", chain: null, number: null, comment: null, section: "routing_table_main", line: 4 }],
    ...given,
  };
}

export function host(number: number, name: string, ip: string): Hop {
  return hop(number, name, { ip, incoming: "", outgoing: "", is_router: false, segment: null, steps: [] });
}

export function branch(path: readonly Hop[], given: Partial<Branch> = {}): Branch {
  return { share: 1, verdict: "accepted", reason: "", conditions: [], path, ...given };
}

export function trace(first: Branch, alternatives: readonly Branch[] = []): Trace {
  return {
    ...first,
    success: first.verdict === "accepted",
    source: "10.1.1.50",
    destination: "10.2.1.50",
    network: "demo@3f9c2a1b",
    by: "prediction",
    scope: "routing",
    flow: { protocol: null, source_port: null, destination_port: null, mark: 0, tos: 0, ttl: 64 },
    alternatives,
  };
}

export const DELIVERED = branch([hop(1, "hq-gw", { segment: "10.100.1.0/24" }), hop(2, "br-gw"), host(3, "br-pc1", "10.2.1.50")]);

export const NO_ROUTE = branch(
  [hop(1, "hq-gw"), hop(2, "br-gw", { outgoing: "", segment: null, verdict: "no_route" })],
  { verdict: "no_route", reason: "no route" },
);

export const TOPOLOGY: Topology = {
  network: { name: "demo", hash: "3f9c2a1b77", routers: 2, diagnostics: 0 },
  routers: [
    {
      name: "hq-gw",
      kind: "linux",
      location: { name: "Headquarters", latitude: 52.5, longitude: 13.4 },
      roles: ["gateway"],
      interfaces: [
        { name: "lo", up: true, addresses: ["127.0.0.1/8", "::1/128"], segment: null },
        { name: "eth0", up: true, addresses: ["10.1.1.1/24", "fe80::1/64", "fd00:1::1/64"], segment: "10.1.1.0/24" },
        { name: "wg0", up: true, addresses: ["10.100.1.1/24"], segment: "10.100.1.0/24" },
      ],
    },
    {
      name: "br-gw",
      kind: "linux",
      location: null,
      roles: [],
      interfaces: [{ name: "eth1", up: true, addresses: ["10.2.1.1/24"], segment: "10.2.1.0/24" }],
    },
  ],
  segments: [],
  hosts: [
    { name: "hq-pc1", addresses: ["10.1.1.50", "fd00:1::50"], segment: "10.1.1.0/24" },
    { name: "hq-pc2", addresses: ["10.1.1.51"], segment: "10.1.1.0/24" },
    { name: "br-pc1", addresses: ["10.2.1.50"], segment: "10.2.1.0/24" },
  ],
};
