import { expect, test } from "vitest";
import type { KnownChain, KnownRule, RouterFacts } from "../api/types";
import { PAGE, askersOf, callersOf, countsOf, pathToDecision, pathToSpot, searched, spotOf, tablesOf, windowAround } from "./router";
import { routeOf } from "./route";

const rule = (number: number, text: string, target: string, sets: readonly string[] = []): KnownRule =>
  ({ number, text, target, sets, is_goto: false, comment: null, packets: null, bytes: null, line: 100 + number });
const chain = (name: string, ...rules: readonly KnownRule[]): KnownChain => ({ name, policy: null, packets: null, bytes: null, rules });

const FACTS: RouterFacts = {
  network: "demo@1", name: "hq-gw", file: "hq-gw_facts.txt", kind: "linux", kernel: null, location: null, roles: [],
  interfaces: [{ name: "eth0", is_up: true, has_carrier: true, addresses: ["10.1.1.1/24"], segment: "office", link: "ether", mac: null, mtu: 1500, parent: null, master: null, line: 1 }],
  tables: [{ family: 4, id: 254, name: "main", count: 1, flaw: "", routes: [{ text: "default via 10.0.0.1 dev eth0", prefix: "0.0.0.0/0", kind: "unicast", via: ["10.0.0.1"], dev: ["eth0"], metric: 0, protocol: "boot", section: "routing_table_main", line: 205 }] }],
  policy_rules: [{ family: 4, priority: 0, text: "0: from all lookup local", table: "local", section: "policy_rules", line: 170 }],
  rulesets: [
    {
      family: 4, section: "iptables_save", missing: null,
      tables: [
        { name: "filter", chains: [chain("FORWARD", rule(1, "-A FORWARD -p tcp --dport 22 -j office", "office"), rule(2, "-A FORWARD -m set --match-set bad src -j DROP", "DROP", ["bad"])), chain("office", rule(1, "-A office -j ACCEPT", "ACCEPT"))] },
        { name: "nat", chains: [chain("POSTROUTING", rule(1, "-A POSTROUTING -o eth0 -j MASQUERADE", "MASQUERADE"))] },
      ],
    },
    { family: 6, section: "ip6tables_save", missing: "is not in the facts", tables: [] },
  ],
  sets: [{ name: "bad", type: "hash:ip", options: "family inet", count: 3, line: 700 }],
  sets_missing: null,
  settings: { "net/ipv4/ip_forward": "1" },
};

test("a chain and a number are enough for a link to a rule", () => {
  expect(spotOf({ chain: "FORWARD", rule: "12" })).toMatchObject({ part: "firewall", family: 4, table: "filter", chain: "FORWARD", rule: 12 });
  expect(spotOf({ chain: "POSTROUTING", table: "nat", family: "6" })).toMatchObject({ part: "nat", family: 6, rule: null });
  expect(spotOf({ set: "bad" }).part).toBe("sets");
  expect(spotOf({ part: "nonsense", rule: "many" })).toMatchObject({ part: "interfaces", rule: null });
});

test("what decided can be read at its address", () => {
  const decided = { router: "hq-gw", table: "filter", chain: "FORWARD", number: 12, section: "iptables_save", line: 490, kind: "rule" } as const;
  expect(pathToDecision(decided)).toBe("/network/routers/hq-gw?table=filter&chain=FORWARD&rule=12");
  expect(pathToDecision({ ...decided, section: "ip6tables_save", table: "nat" }, "demo@1")).toBe("/network/routers/hq-gw?family=6&table=nat&chain=FORWARD&rule=12&network=demo%401");
  expect(pathToDecision({ ...decided, number: null, kind: "policy" })).toBe("/network/routers/hq-gw?table=filter&chain=FORWARD");
  expect(pathToDecision({ ...decided, table: null, chain: null, number: null, section: "routing_table_main", line: 205, kind: "route" })).toBe("/network/routers/hq-gw?part=routes&line=205");
  expect(pathToDecision({ ...decided, table: null, chain: null, number: null, kind: "none" })).toBe("/network/routers/hq-gw");
});

test.each([
  { part: "firewall", family: 6, table: "mangle", chain: "FORWARD", rule: 3, set: null, line: null, typed: "" },
  { part: "routes", family: 4, table: null, chain: null, rule: null, set: null, line: 12, typed: "10.1 dev" },
  { part: "sets", family: 4, table: null, chain: null, rule: null, set: "bad guys", line: null, typed: "" },
] as const)("an address says where somebody is: %j", (spot) => {
  expect(spotOf(routeOf(pathToSpot("hq-gw", spot)).query)).toEqual(spot);
});

test("a search leaves what has all words, with its number", () => {
  const found = searched(FACTS, "forward 22");
  expect(found.rulesets[0]?.tables.map((table) => table.chains.map((each) => [each.name, each.rules.map((one) => one.number)]))).toEqual([[["FORWARD", [1]]]]);
  expect(countsOf(found, [])).toMatchObject({ firewall: 1, nat: 0, routes: 0, sets: 0, interfaces: 0 });
  expect(countsOf(searched(FACTS, "eth0"), [])).toMatchObject({ interfaces: 1, routes: 1, nat: 1, firewall: 0 });
  expect(searched(FACTS, " ")).toBe(FACTS);
});

test("a chain knows who leads to it, a set who asks it", () => {
  const [filter] = tablesOf(FACTS.rulesets[0]!, "firewall");
  expect(callersOf(filter!).get("office")).toEqual([{ chain: "FORWARD", number: 1 }]);
  expect(callersOf(filter!).has("DROP")).toBe(false);
  expect(askersOf(FACTS).get("bad")).toEqual([{ family: 4, table: "filter", chain: "FORWARD", number: 2 }]);
  expect(tablesOf(FACTS.rulesets[0]!, "nat").map((table) => table.name)).toEqual(["nat"]);
});

test("of thousands of rules those are shown that were asked for", () => {
  expect(windowAround(50, 40)).toEqual({ from: 0, to: 50 });
  expect(windowAround(5_000, null)).toEqual({ from: 0, to: PAGE });
  const { from, to } = windowAround(5_000, 3_000);
  expect(from < 3_000 && 3_000 < to && to - from === PAGE).toBe(true);
  expect(windowAround(5_000, 4_999).to).toBe(5_000);
});
