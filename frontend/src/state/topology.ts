/** What stands on the map, and what somebody looks for there. */

import type { Interface, Topology } from "../api/types";

export type Kind = "router" | "segment";

/** A router or a segment. */
export interface Place {
  readonly kind: Kind;
  readonly name: string;
}

export interface Found extends Place {
  /** Why: the interface and address, the host, or the prefix that has what was looked for; empty: its name. */
  readonly why: string;
}

export function isSame(one: Place | null, other: Place | null): boolean {
  return one?.kind === other?.kind && one?.name === other?.name;
}

/** Of `?router=…` or `?segment=…`. */
export function chosenOf(query: Readonly<Record<string, string>>): Place | null {
  if (query["router"]) return { kind: "router", name: query["router"] };
  if (query["segment"]) return { kind: "segment", name: query["segment"] };
  return null;
}

const NONE: readonly Found[] = [];

/** Routers and segments, the best first: by name, by address, by host, by location, by the prefix that an address is in. */
export function search(topology: Topology, typed: string): readonly Found[] {
  const word = typed.trim().toLowerCase();
  if (word === "") return NONE;
  const found = new Map<string, Found & { readonly rank: number }>();
  const add = (rank: number, kind: Kind, name: string, why = "") => {
    const key = `${kind} ${name}`;
    const known = found.get(key);
    if (!known || rank < known.rank) found.set(key, { rank, kind, name, why });
  };
  const named = (name: string) => rankOf(name, word);
  for (const router of topology.routers) {
    const rank = named(router.name);
    if (rank !== null) add(rank, "router", router.name);
    for (const { name, addresses } of router.interfaces) {
      for (const address of addresses) {
        const rank = rankOf(bare(address), word) ?? rankOf(address, word);
        if (rank !== null) add(rank + 3, "router", router.name, `${name} ${address}`);
      }
    }
    const where = router.location?.name ?? "";
    if (where.toLowerCase().includes(word) || router.roles.some((role) => role.toLowerCase() === word)) add(9, "router", router.name, where);
  }
  for (const segment of topology.segments) {
    const rank = named(segment.name);
    if (rank !== null) add(rank, "segment", segment.name);
  }
  for (const { name, addresses, segment } of topology.hosts) {
    if (segment === null) continue;
    const rank = named(name);
    if (rank !== null) add(rank + 1, "segment", segment, name);
    for (const address of addresses) {
      const rank = rankOf(address, word);
      if (rank !== null) add(rank + 3, "segment", segment, `${name} ${address}`);
    }
  }
  for (const { segment, prefix } of covering(topology, word)) add(7, "segment", segment, prefix);
  return [...found.values()]
    .sort((one, other) => one.rank - other.rank || one.name.localeCompare(other.name, "en", { numeric: true }))
    .map(({ kind, name, why }) => ({ kind, name, why }));
}

function rankOf(value: string, word: string): number | null {
  const given = value.toLowerCase();
  if (given === word) return 0;
  if (given.startsWith(word)) return 1;
  return given.includes(word) ? 2 : null;
}

export function bare(address: string): string {
  return address.split("/", 1)[0] ?? address;
}

/** Segments on which an address would be; the longest prefix of each. */
function covering(topology: Topology, typed: string): readonly { readonly segment: string; readonly prefix: string }[] {
  const address = numberOf(typed);
  if (address === null) return [];
  const found = new Map<string, { readonly segment: string; readonly prefix: string; readonly length: number }>();
  for (const router of topology.routers) {
    for (const entry of router.interfaces) {
      for (const prefix of prefixesOf(entry)) {
        if (entry.segment === null || !isIn(address, prefix)) continue;
        const before = found.get(entry.segment);
        if (!before || before.length < prefix.length) {
          found.set(entry.segment, { segment: entry.segment, prefix: prefix.text, length: prefix.length });
        }
      }
    }
  }
  const longest = Math.max(0, ...[...found.values()].map((each) => each.length));
  return [...found.values()].filter((each) => each.length === longest);
}

interface Value {
  readonly version: 4 | 6;
  readonly value: bigint;
}

interface Prefix extends Value {
  readonly length: number;
  readonly text: string;
}

function prefixesOf(entry: Interface): readonly Prefix[] {
  return entry.addresses.flatMap((text): readonly Prefix[] => {
    const [address = "", length = ""] = text.split("/");
    const number = numberOf(address);
    // Link-local ones are on every link.
    if (number === null || address.toLowerCase().startsWith("fe80:")) return [];
    return [{ ...number, length: Number(length), text }];
  });
}

function isIn(address: Value, prefix: Prefix): boolean {
  if (address.version !== prefix.version) return false;
  const rest = BigInt((prefix.version === 4 ? 32 : 128) - prefix.length);
  return address.value >> rest === prefix.value >> rest;
}

/** A whole address; null: it is none, or not yet. */
function numberOf(text: string): Value | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number);
    return parts.some((part) => part > 255) ? null : { version: 4, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  if (!/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*$/i.test(text)) return null;
  const [head = "", tail, ...more] = text.split("::");
  const [first, last] = [piecesOf(head), piecesOf(tail ?? "")];
  const gap = 8 - first.length - last.length;
  if (more.length > 0 || (tail === undefined ? gap !== 0 : gap < 1)) return null;
  const pieces = [...first, ...Array<string>(gap).fill("0"), ...last];
  if (pieces.some((piece) => !/^[0-9a-f]{1,4}$/i.test(piece))) return null;
  return { version: 6, value: pieces.reduce((sum, piece) => sum * 65_536n + BigInt(`0x${piece}`), 0n) };
}

function piecesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
