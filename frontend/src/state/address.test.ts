import { describe, expect, it } from "vitest";
import { EMPTY_ADDRESS, formatAddress, parseAddress } from "./address";

describe("address", () => {
  it("comes back as it was written", () => {
    const question = { ...EMPTY_ADDRESS.question, source: "fd00:1::50", destination: "a&b=c #", protocol: "tcp", destination_port: "443" };
    const address = { question, branch: 2, hop: 7 };
    expect(parseAddress(formatAddress(address))).toEqual(address);
  });

  it("keeps an IPv6 address readable", () => {
    const question = { ...EMPTY_ADDRESS.question, source: "fd00:1::50" };
    expect(formatAddress({ ...EMPTY_ADDRESS, question })).toBe("/trace?source=fd00:1::50");
  });

  it("leaves out what is not set", () => {
    expect(formatAddress(EMPTY_ADDRESS)).toBe("/trace");
  });

  it.each(["", "#", "#/", "#/other?source=1", "/trace", "/trace?"])("is empty for %j", (hash) => {
    expect(parseAddress(hash)).toEqual(EMPTY_ADDRESS);
  });

  it.each(["-1", "1.5", "x", "99999999", ""])("takes no hop and no branch from %j", (text) => {
    expect(parseAddress(`/trace?hop=${text}&branch=${text}`)).toEqual(EMPTY_ADDRESS);
  });

  it("counts branches from one, as they are shown", () => {
    expect(parseAddress("/trace?branch=2").branch).toBe(1);
    expect(parseAddress("/trace?branch=0").branch).toBe(0);
  });
});
