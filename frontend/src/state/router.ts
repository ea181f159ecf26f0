/** A router as its page shows it: parts, what is searched for in them, and the addresses of single rules. */

import type { Decision, KnownChains, KnownRuleset, RouterFacts } from "../api/types";
import { pathTo, type Query } from "./route";

export const PARTS = ["interfaces", "routes", "policy", "firewall", "nat", "sets", "settings", "diagnostics"] as const;
export type Part = (typeof PARTS)[number];
export type Family = 4 | 6;

/** What of the facts was not understood. */
export interface Diagnostic {
  readonly file: string;
  readonly section: string | null;
  readonly line: number | null;
  readonly text: string;
  readonly expected: string;
}

/** Where on the page somebody is, as its address says. */
export interface Spot {
  readonly part: Part;
  readonly family: Family;
  readonly table: string | null;
  readonly chain: string | null;
  readonly rule: number | null;
  readonly set: string | null;
  /** Of the facts; of a route or policy rule. */
  readonly line: number | null;
  readonly typed: string;
}

/** `?chain=FORWARD&rule=12` is enough: the table is filter then, and IPv4 is meant. */
export function spotOf(query: Query): Spot {
  const chain = query["chain"] ?? null;
  const table = query["table"] ?? (chain === null ? null : "filter");
  const set = query["set"] ?? null;
  const part = PARTS.find((each) => each === query["part"]) ?? (chain !== null ? (table === "nat" ? "nat" : "firewall") : set !== null ? "sets" : "interfaces");
  return {
    part, table, chain, set,
    family: query["family"] === "6" ? 6 : 4,
    rule: numberOf(query["rule"]),
    line: numberOf(query["line"]),
    typed: query["find"] ?? "",
  };
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : null;
}

/** The address of a spot; what goes without saying is left out. */
export function pathToSpot(router: string, spot: Partial<Spot>, network = ""): string {
  const { part, family, table, chain, rule, set, line, typed } = spot;
  const isSaid = chain ? part === (table === "nat" ? "nat" : "firewall") : set ? part === "sets" : part === "interfaces";
  return pathTo("router", { router }, {
    part: isSaid ? null : part,
    family: family === 6 ? "6" : null,
    table: chain ? table : null,
    chain: chain ?? null,
    rule: rule ? String(rule) : null,
    set: set ?? null,
    line: line ? String(line) : null,
    find: typed ?? null,
    network,
  });
}

/** Where a rule, a policy or a route that decided can be read; of anything else, the router. `network` is the label of the facts. */
export function pathToDecision({ router, table, chain, number, section, line, kind }: Pick<Decision, "router" | "table" | "chain" | "number" | "section" | "line" | "kind">, network = ""): string {
  const family: Family = section?.startsWith("ip6") ? 6 : 4;
  if (chain !== null) return pathToSpot(router, { part: table === "nat" ? "nat" : "firewall", family, table: table ?? "filter", chain, rule: number }, network);
  if (kind === "route" && line !== null) return pathToSpot(router, { part: "routes", family, line }, network);
  return pathToSpot(router, { part: "interfaces" }, network);
}

/** All words, anywhere in the texts. */
export function fits(typed: string, ...texts: readonly (string | number | null)[]): boolean {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return true;
  const whole = texts.filter((text) => text !== null).join(" ").toLowerCase();
  return words.every((word) => whole.includes(word));
}

/** The facts with only what fits; numbers and lines stay as they are. */
export function searched(facts: RouterFacts, typed: string): RouterFacts {
  if (typed.trim() === "") return facts;
  return {
    ...facts,
    interfaces: facts.interfaces.filter((each) => fits(typed, each.name, ...each.addresses, each.segment, each.mac, each.link, each.master, each.parent)),
    tables: facts.tables
      .map((table) => ({ ...table, routes: table.routes.filter((route) => fits(typed, route.text, route.prefix, table.name)) }))
      .filter((table) => table.routes.length > 0),
    policy_rules: facts.policy_rules.filter((rule) => fits(typed, rule.text)),
    rulesets: facts.rulesets.map((ruleset) => ({ ...ruleset, tables: ruleset.tables.map((table) => searchedTable(table, typed)).filter((table) => table.chains.length > 0) })),
    sets: facts.sets.filter((set) => fits(typed, set.name, set.type, set.options)),
    settings: Object.fromEntries(Object.entries(facts.settings).filter(([name, value]) => fits(typed, name, value))),
  };
}

function searchedTable(table: KnownChains, typed: string): KnownChains {
  const chains = table.chains
    .map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => fits(typed, rule.text, chain.name, `${chain.name} ${rule.number}`)) }))
    .filter((chain) => chain.rules.length > 0 || fits(typed, chain.name));
  return { ...table, chains };
}

export function isNat(table: KnownChains): boolean {
  return table.name === "nat";
}

const ORDER = ["filter", "mangle", "raw", "security"];

/** Of the firewall or of NAT; the one that people look for is the first. */
export function tablesOf(ruleset: KnownRuleset, part: Part): readonly KnownChains[] {
  const rank = ({ name }: KnownChains) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return ruleset.tables.filter((table) => isNat(table) === (part === "nat")).sort((one, other) => rank(one) - rank(other));
}

/** How much each part has. */
export function countsOf(facts: RouterFacts, diagnostics: readonly Diagnostic[]): Readonly<Record<Part, number>> {
  const rules = (part: Part) => sum(facts.rulesets.flatMap((ruleset) => tablesOf(ruleset, part)).flatMap((table) => table.chains.map((chain) => chain.rules.length)));
  return {
    interfaces: facts.interfaces.length,
    routes: sum(facts.tables.map((table) => table.routes.length)),
    policy: facts.policy_rules.length,
    firewall: rules("firewall"),
    nat: rules("nat"),
    sets: facts.sets.length,
    settings: Object.keys(facts.settings).length,
    diagnostics: diagnostics.length,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

export interface Caller {
  readonly chain: string;
  readonly number: number;
}

/** Which rules lead into each chain of a table. */
export function callersOf(table: KnownChains): ReadonlyMap<string, readonly Caller[]> {
  const names = new Set(table.chains.map((chain) => chain.name));
  const found = new Map<string, Caller[]>();
  for (const chain of table.chains) {
    for (const { target, number } of chain.rules) {
      if (target === null || !names.has(target)) continue;
      found.set(target, [...(found.get(target) ?? []), { chain: chain.name, number }]);
    }
  }
  return found;
}

/** Which rules ask each set; of both families. */
export function askersOf(facts: RouterFacts): ReadonlyMap<string, readonly (Caller & { readonly family: Family; readonly table: string })[]> {
  const found = new Map<string, (Caller & { readonly family: Family; readonly table: string })[]>();
  for (const { family, tables } of facts.rulesets) {
    for (const table of tables) {
      for (const chain of table.chains) {
        for (const rule of chain.rules) {
          for (const set of rule.sets) found.set(set, [...(found.get(set) ?? []), { family, table: table.name, chain: chain.name, number: rule.number }]);
        }
      }
    }
  }
  return found;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

export const PAGE = 200;

/** Which rows of many are shown at first: the first ones, or those around the one that is asked for. */
export function windowAround(count: number, at: number | null): Window {
  if (count <= PAGE) return { from: 0, to: count };
  const from = at === null || at < PAGE ? 0 : Math.max(0, at - PAGE / 2);
  return { from, to: Math.min(count, from + PAGE) };
}
