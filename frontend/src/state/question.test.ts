import { describe, expect, it } from "vitest";
import { EMPTY_QUESTION, checked, swapped, wholeNumber } from "./question";

const complaints = { missing: (field: string) => `no ${field}`, bounds: (least: number, most: number) => `${least}-${most}` };

describe("checked", () => {
  it("sends only what was filled in, numbers as numbers", () => {
    const question = { ...EMPTY_QUESTION, source: " 10.1.1.50 ", destination: "br-pc1", destination_port: "443", mark: "0x10" };
    expect(checked(question, complaints).request).toEqual({
      source: "10.1.1.50",
      destination: "br-pc1",
      destination_port: 443,
      mark: 16,
    });
  });

  it("names every field that is wrong", () => {
    const question = { ...EMPTY_QUESTION, source: "x", source_port: "65536", tos: "lots", ttl: "0" };
    expect(checked(question, complaints).errors).toEqual({
      destination: "no destination",
      source_port: "0-65535",
      tos: "0-255",
      ttl: "1-255",
    });
  });
});

describe("wholeNumber", () => {
  it.each([["0", 0], ["255", 255], ["0xff", 255], ["0XFF", 255]])("reads %s", (text, value) => {
    expect(wholeNumber(text, [0, 255])).toBe(value);
  });

  it.each(["256", "-1", "1e2", "", " 1", "0x", "1.0", "٣"])("refuses %j", (text) => {
    expect(wholeNumber(text, [0, 255])).toBeNull();
  });
});

describe("swapped", () => {
  it("changes the ends with their ports and forgets the first router, which belonged to the old source", () => {
    const question = { ...EMPTY_QUESTION, source: "a", destination: "b", destination_port: "22", gateway: "hq-gw" };
    expect(swapped(question)).toEqual({ ...EMPTY_QUESTION, source: "b", destination: "a", source_port: "22" });
  });
});
