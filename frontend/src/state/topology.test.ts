import { expect, test } from "vitest";
import type { Topology } from "../api/types";
import { chosenOf, isSame, search } from "./topology";

const place = { name: "Branch, Lyon", latitude: 0, longitude: 0 };
const TOPOLOGY: Topology = {
  network: { name: "demo", hash: "1", routers: 2, diagnostics: 0 },
  routers: [
    {
      name: "hq-gw", kind: "linux", location: null, roles: ["gateway"],
      interfaces: [
        { name: "lo", up: true, addresses: ["127.0.0.1/8"], segment: null },
        { name: "eth1", up: true, addresses: ["10.1.1.1/24", "2001:db8:1:1::1/64", "fe80::1/64"], segment: "10.1.1.0/24" },
        { name: "eth2", up: true, addresses: ["10.1.0.1/16"], segment: "transit" },
      ],
    },
    { name: "hq-gw2", kind: "linux", location: place, roles: [], interfaces: [{ name: "eth0", up: true, addresses: ["10.1.1.2/24"], segment: "10.1.1.0/24" }] },
  ],
  segments: [
    { name: "10.1.1.0/24", members: [], hosts: ["hq-pc1"] },
    { name: "transit", members: [], hosts: [] },
  ],
  hosts: [{ name: "hq-pc1", addresses: ["10.1.1.50"], segment: "10.1.1.0/24" }, { name: "far", addresses: ["192.0.2.1"], segment: null }],
};

const names = (typed: string) => search(TOPOLOGY, typed).map((found) => found.name);

test("a whole name comes before what only begins with it", () => {
  expect(names("hq-gw")).toEqual(["hq-gw", "hq-gw2"]);
  expect(names("HQ-GW2")).toEqual(["hq-gw2"]);
});

test("an address names the interface that has it", () => {
  expect(search(TOPOLOGY, "10.1.1.2")[0]).toEqual({ kind: "router", name: "hq-gw2", why: "eth0 10.1.1.2/24" });
});

test("an address of nobody is found on the segment with the longest prefix", () => {
  expect(search(TOPOLOGY, "10.1.1.77")).toEqual([{ kind: "segment", name: "10.1.1.0/24", why: "10.1.1.1/24" }]);
  expect(search(TOPOLOGY, "10.1.9.9")).toEqual([{ kind: "segment", name: "transit", why: "10.1.0.1/16" }]);
  expect(search(TOPOLOGY, "2001:db8:1:1::beef")).toEqual([{ kind: "segment", name: "10.1.1.0/24", why: "2001:db8:1:1::1/64" }]);
  expect(names("fe80::9")).toEqual([]);
  expect(names("192.0.2.77")).toEqual([]);
});

test("a host is found on its segment, a router by where it stands and what it is for", () => {
  expect(search(TOPOLOGY, "hq-pc1")).toEqual([{ kind: "segment", name: "10.1.1.0/24", why: "hq-pc1" }]);
  expect(names("lyon")).toEqual(["hq-gw2"]);
  expect(names("gateway")).toEqual(["hq-gw"]);
});

test.each(["10.1.1.300", "1::2::3", "10.1.1", ":::", "", "  "])("%j is no address, and nothing breaks", (typed) => {
  expect(search(TOPOLOGY, typed).every((found) => found.why !== "10.1.0.1/16" || typed === "10.1.1")).toBe(true);
});

test("what is chosen stands in the address", () => {
  expect(chosenOf({ router: "hq-gw" })).toEqual({ kind: "router", name: "hq-gw" });
  expect(chosenOf({ segment: "transit" })).toEqual({ kind: "segment", name: "transit" });
  expect(chosenOf({})).toBeNull();
  expect(isSame({ kind: "router", name: "a" }, { kind: "segment", name: "a" })).toBe(false);
  expect(isSame(null, null)).toBe(true);
});
