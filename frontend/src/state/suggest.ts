/** Which addresses of the network fit what the person has typed. */

import type { Topology } from "../api/types";

export interface Candidate {
  readonly kind: "host" | "router";
  readonly address: string;
  /** Name of the host or router. */
  readonly name: string;
  /** Interface of a router, segment of a host. */
  readonly place: string;
  readonly site: string;
}

export interface Suggestions {
  readonly shown: readonly Candidate[];
  readonly more: number;
}

function bare(address: string): string {
  return address.split("/", 1)[0] ?? address;
}

/** Link-local addresses mean something on one link only, and loopback nothing outside the router. */
function isReachable(address: string): boolean {
  return !/^(fe[89ab][0-9a-f]:|127\.|::1$)/i.test(address);
}

export function candidates(topology: Topology): readonly Candidate[] {
  const hosts = topology.hosts.flatMap((host) =>
    host.addresses.map((address): Candidate => ({
      kind: "host",
      address: bare(address),
      name: host.name,
      place: host.segment ?? "",
      site: "",
    })),
  );
  const routers = topology.routers.flatMap((router) =>
    router.interfaces.flatMap((entry) =>
      entry.addresses.map((address): Candidate => ({
        kind: "router",
        address: bare(address),
        name: router.name,
        place: entry.name,
        site: router.location?.name ?? "",
      })),
    ),
  );
  return [...hosts, ...routers].filter((candidate) => isReachable(candidate.address));
}

function rank(candidate: Candidate, words: readonly string[]): number | null {
  const address = candidate.address.toLowerCase();
  const name = candidate.name.toLowerCase();
  const rest = `${candidate.place} ${candidate.site} ${candidate.kind}`.toLowerCase();
  let sum = 0;
  for (const word of words) {
    if (address === word || name === word) sum += 0;
    else if (address.startsWith(word) || name.startsWith(word)) sum += 1;
    else if (address.includes(word) || name.includes(word)) sum += 2;
    else if (rest.includes(word)) sum += 3;
    else return null;
  }
  return sum;
}

/** Every word must fit somewhere; the best fits come first and equals keep the order of the network. */
export function suggestions(all: readonly Candidate[], typed: string, limit: number): Suggestions {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const ranked = all
    .map((candidate, order) => ({ candidate, order, score: rank(candidate, words) }))
    .filter((entry): entry is typeof entry & { score: number } => entry.score !== null)
    .sort((one, other) => one.score - other.score || one.order - other.order);
  return {
    shown: ranked.slice(0, limit).map((entry) => entry.candidate),
    more: Math.max(ranked.length - limit, 0),
  };
}

/** The name that belongs to an address which was typed or picked. */
export function namedAs(all: readonly Candidate[], address: string): Candidate | null {
  return all.find((candidate) => candidate.address === address.trim().toLowerCase()) ?? null;
}

export interface Example {
  readonly source: Candidate;
  readonly destination: Candidate;
}

/** A few pairs to start with: from the first host to others on different segments, taken from all over the network. */
export function examples(all: readonly Candidate[], limit: number): readonly Example[] {
  const hosts = all.filter((candidate) => candidate.kind === "host" && !candidate.address.includes(":"));
  const [source, ...others] = hosts;
  if (source === undefined) return [];
  const elsewhere = others.filter(
    (host, order) => host.place !== source.place && others.findIndex((other) => other.place === host.place) === order,
  );
  const count = Math.min(limit, elsewhere.length);
  return elsewhere
    .filter((_, order) => Math.floor((order * count) / elsewhere.length) !== Math.floor(((order - 1) * count) / elsewhere.length))
    .map((destination) => ({ source, destination }));
}
