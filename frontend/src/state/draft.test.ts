import { describe, expect, it } from "vitest";
import type { Job, ReadDraft, Result } from "../api/types";
import { EMPTY, bodyOf, draftIn, draftKept, errorsOf, keptText, missingIn, questionOf, withAsked, without } from "./draft";

const JOB = { id: "17", source: "10.1.1.50", destination: "10.2.1.50", source_port: null, mode: "prove", services: [{ port: 443, protocol: "tcp" }, { port: null, protocol: "icmp" }] } as unknown as Job;

describe("a test that is written", () => {
  it("is filled in by the address", () => {
    expect(draftIn({ source: "hq-pc1", services: "22/tcp", other: "x" })).toEqual({ ...EMPTY, source: "hq-pc1", services: "22/tcp" });
    expect(draftIn({ other: "x" })).toBeNull();
  });

  it("comes from a test before, and from its result what no list says", () => {
    expect(questionOf({ ...JOB, status: "succeeded" })).toMatchObject({ services: "443/tcp,icmp", from: "17", mode: "", source_port: "" });
    expect(questionOf({ ...JOB, status: "cancelled", source_port: 1024 })).toMatchObject({ from: "", source_port: "1024" });
    const asked = { gateway: "hq-gw", tos: 8, ttl: 64, trace: { path: [] } } as unknown as Result["asked"];
    const given = { ...EMPTY, source: "a", ttl: "3" };
    expect(withAsked(given, asked)).toEqual({ ...given, gateway: "hq-gw", tos: "8", ttl: "", trace: '{\n  "path": []\n}' });
    expect(withAsked(given, { ...asked, gateway: null, tos: 0, ttl: 5, trace: null })).toEqual({ ...given, ttl: "5" });
    expect(draftIn(questionOf(JOB))).toEqual({ ...EMPTY, source: "10.1.1.50", destination: "10.2.1.50", services: "443/tcp,icmp" });
  });

  it("leaves to the server what nobody filled in", () => {
    expect(bodyOf({ ...EMPTY, source: " a ", source_port: "4000" })).toEqual({ source: "a", destination: "", services: "", mode: "prove", source_port: "4000" });
  });

  it("lacks what nothing can be tested without", () => {
    expect(missingIn({ ...EMPTY, source: "a", destination: " " })).toEqual(["destination", "services"]);
    expect(missingIn({ ...EMPTY, source: "a", destination: "b", services: "22" })).toEqual([]);
  });

  it("has its errors by field, those of the protocol with the services", () => {
    const error = (field: string) => ({ field, text: `${field} is wrong`, where: null });
    const read = { errors: [error("services"), error("default_protocol"), error("trace")] } as unknown as ReadDraft;
    expect(Object.entries(errorsOf(read)).map(([field, all]) => [field, all?.length])).toEqual([["services", 2], ["trace", 1]]);
    expect(errorsOf(null)).toEqual({});
  });

  it("is kept without its trace, and anything strange is nothing", () => {
    const draft = { ...EMPTY, source: "a", trace: "{}" };
    expect(draftKept(keptText(draft))).toEqual({ ...EMPTY, source: "a" });
    expect([draftKept(null), draftKept("{"), draftKept("7")]).toEqual([null, null, null]);
    expect(draftKept('{"source": 7, "unknown": "x"}')).toEqual(EMPTY);
  });

  it("loses one service, also of a range", () => {
    expect(without("22/tcp,80/tcp", "22/tcp", ["22/tcp", "80/tcp"])).toBe("80/tcp");
    expect(without("80-82", "81/tcp", ["80/tcp", "81/tcp", "82/tcp"])).toBe("80/tcp,82/tcp");
  });
});
