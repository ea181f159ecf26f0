/** What two networks' facts say differently, with only what somebody looks for. */

import type { NetworkChanges, RouterChanges, SectionChanges } from "../api/types";
import { fits, pathToSpot, type Part } from "./router";

export type Kind = SectionChanges["kind"];

/** As they are chosen: chains with their policies, sets with their entries. */
export const GROUPS = ["all", "interfaces", "routes", "firewall", "sets", "others"] as const;
export type Group = (typeof GROUPS)[number];

const GROUP_OF: Readonly<Record<Kind, Group>> = {
  router: "others",
  interfaces: "interfaces",
  settings: "others",
  policy_rules: "routes",
  routes: "routes",
  policies: "firewall",
  chain: "firewall",
  sets: "sets",
  set: "sets",
};

export function groupOf(text: string | undefined): Group {
  return GROUPS.find((group) => group === text) ?? "all";
}

/** Routers and sections without anything that fits are left out; of a section whose name fits, all lines stay. */
export function filtered(changes: NetworkChanges, group: Group, typed: string): readonly RouterChanges[] {
  return changes.routers
    .map((router) => ({ ...router, sections: router.sections.flatMap((section) => fitting(router, section, group, typed)) }))
    .filter((router) => router.sections.length > 0);
}

function fitting(router: RouterChanges, section: SectionChanges, group: Group, typed: string): readonly SectionChanges[] {
  if (group !== "all" && GROUP_OF[section.kind] !== group) return [];
  const about = [router.name, section.table, section.name] as const;
  if (fits(typed, ...about)) return [section];
  const lines = section.lines.filter((line) => fits(typed, line.text, ...about));
  return lines.length > 0 ? [{ ...section, lines }] : [];
}

export interface Sum {
  readonly removed: number;
  readonly added: number;
}

export function sumOf(sections: readonly SectionChanges[]): Sum {
  return sections.reduce((sum, each) => ({ removed: sum.removed + each.removed, added: sum.added + each.added }), { removed: 0, added: 0 });
}

export function isSame({ routers, removed, added, notes }: NetworkChanges): boolean {
  return routers.length === 0 && removed.length === 0 && added.length === 0 && notes.length === 0;
}

const PART_OF: Readonly<Record<Kind, Part>> = {
  router: "interfaces",
  interfaces: "interfaces",
  settings: "settings",
  policy_rules: "policy",
  routes: "routes",
  policies: "firewall",
  chain: "firewall",
  sets: "sets",
  set: "sets",
};

/** Where the section can be read as a whole. */
export function pathToSection(router: string, { kind, family, table, name }: SectionChanges, network: string): string {
  const isNat = table === "nat" && (kind === "chain" || kind === "policies");
  return pathToSpot(router, {
    part: isNat ? "nat" : PART_OF[kind],
    family: family === 6 ? 6 : 4,
    ...(kind === "chain" ? { table, chain: name } : {}),
    ...(kind === "set" ? { set: name } : {}),
  }, network);
}
