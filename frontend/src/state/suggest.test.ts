import { describe, expect, it } from "vitest";
import { TOPOLOGY } from "./sample";
import { candidates, examples, namedAs, suggestions } from "./suggest";

const ALL = candidates(TOPOLOGY);
const shown = (typed: string, limit = 10) => suggestions(ALL, typed, limit).shown.map((each) => `${each.name} ${each.address}`);

describe("candidates", () => {
  it("are the hosts and the interfaces of routers, without addresses that lead nowhere", () => {
    expect(ALL.map((each) => each.address)).toEqual([
      "10.1.1.50", "fd00:1::50", "10.1.1.51", "10.2.1.50", "10.1.1.1", "fd00:1::1", "10.100.1.1", "10.2.1.1",
    ]);
  });
});

describe("suggestions", () => {
  it("are everything while nothing is typed", () => {
    expect(shown("")).toHaveLength(ALL.length);
  });

  it("fit by address, name, interface and site", () => {
    expect(shown("10.2")).toEqual(["br-pc1 10.2.1.50", "br-gw 10.2.1.1"]);
    expect(shown("BR-PC")).toEqual(["br-pc1 10.2.1.50"]);
    expect(shown("wg0")).toEqual(["hq-gw 10.100.1.1"]);
    expect(shown("headq")).toHaveLength(3);
  });

  it("must fit every word", () => {
    expect(shown("hq-gw fd00")).toEqual(["hq-gw fd00:1::1"]);
    expect(shown("hq-gw nothing")).toEqual([]);
  });

  it("put the exact address first", () => {
    expect(shown("10.1.1.1")[0]).toBe("hq-gw 10.1.1.1");
  });

  it("say how many were left off", () => {
    expect(suggestions(ALL, "", 3)).toMatchObject({ more: ALL.length - 3 });
  });
});

describe("namedAs", () => {
  it("finds who has the address", () => {
    expect(namedAs(ALL, " FD00:1::50 ")?.name).toBe("hq-pc1");
    expect(namedAs(ALL, "10.9.9.9")).toBeNull();
  });
});

describe("examples", () => {
  it("lead from the first host to other segments", () => {
    expect(examples(ALL, 3).map((pair) => [pair.source.name, pair.destination.name])).toEqual([["hq-pc1", "br-pc1"]]);
    expect(examples([], 3)).toEqual([]);
  });

  it("come from all over the network, not from its beginning", () => {
    const hosts = [...Array(10).keys()].map((each) => ({
      kind: "host" as const, address: `10.0.${each}.1`, name: `h${each}`, place: `s${each}`, site: "",
    }));
    expect(examples(hosts, 3).map((pair) => pair.destination.name)).toEqual(["h1", "h4", "h7"]);
  });
});
