import { expect, test } from "vitest";
import type { NetworkChanges, SectionChanges } from "../api/types";
import { filtered, groupOf, isSame, pathToSection, sumOf } from "./difference";

const chain: SectionChanges = {
  kind: "chain", family: 4, table: "filter", name: "FORWARD", change: "changed", removed: 1, added: 2,
  lines: [
    { change: "removed", number: 3, text: "-A FORWARD -p tcp --dport 22 -j ACCEPT" },
    { change: "added", number: 3, text: "-A FORWARD -j DROP" },
    { change: "added", number: 4, text: "-A FORWARD -p tcp --dport 80 -j ACCEPT" },
  ],
};
const set: SectionChanges = { kind: "set", family: null, table: null, name: "admins", change: "added", removed: 0, added: 1, lines: [{ change: "added", number: null, text: "10.1.1.9" }] };
const CHANGES: NetworkChanges = {
  before: "a@1", after: "b@2", removed: [], added: [], same: 3, cut: 0, notes: [],
  routers: [{ name: "hq-gw", sections: [chain, set] }, { name: "br-gw", sections: [set] }],
};

const names = (group: Parameters<typeof filtered>[1], typed: string) =>
  filtered(CHANGES, group, typed).map((router) => [router.name, router.sections.map((section) => [section.name, section.lines.length])]);

test("a group leaves its sections, and routers that have some", () => {
  expect(names("firewall", "")).toEqual([["hq-gw", [["FORWARD", 3]]]]);
  expect(names("sets", "")).toEqual([["hq-gw", [["admins", 1]]], ["br-gw", [["admins", 1]]]]);
  expect(names("routes", "")).toEqual([]);
});

test("words leave the lines that have them, or all of what is called so", () => {
  expect(names("all", "dport 22")).toEqual([["hq-gw", [["FORWARD", 1]]]]);
  expect(names("all", "forward")).toEqual([["hq-gw", [["FORWARD", 3]]]]);
  expect(names("all", "br-gw")).toEqual([["br-gw", [["admins", 1]]]]);
});

test("what differs is counted as the server did, also what is not told", () => {
  expect(sumOf([chain, set])).toEqual({ removed: 1, added: 3 });
  expect(isSame(CHANGES)).toBe(false);
  expect(isSame({ ...CHANGES, routers: [] })).toBe(true);
  expect(isSame({ ...CHANGES, routers: [], added: ["new"] })).toBe(false);
});

test("a section can be read in the facts", () => {
  expect(pathToSection("hq-gw", chain, "b@2")).toBe("/network/routers/hq-gw?table=filter&chain=FORWARD&network=b%402");
  expect(pathToSection("hq-gw", { ...chain, table: "nat", family: 6 }, "")).toBe("/network/routers/hq-gw?family=6&table=nat&chain=FORWARD");
  expect(pathToSection("hq-gw", set, "")).toBe("/network/routers/hq-gw?set=admins");
  expect(groupOf("nonsense")).toBe("all");
});
