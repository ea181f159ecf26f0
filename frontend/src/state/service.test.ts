import { describe, expect, it } from "vitest";
import { hasAll, nameOf, piecesOf, toggled } from "./service";

describe("a list of services", () => {
  it("names each as people write it", () => {
    expect([{ port: 443, protocol: "tcp" }, { port: null, protocol: "icmp" }].map(nameOf)).toEqual(["443/tcp", "icmp"]);
  });

  it("is parted by whatever stands between the pieces", () => {
    expect(piecesOf(" 22/tcp, 80;443/tcp\n53/udp,")).toEqual(["22/tcp", "80", "443/tcp", "53/udp"]);
  });

  it("gets what is chosen and loses it again, and keeps what was typed", () => {
    const with_ = toggled("8000-8005/tcp", "88/tcp,88/udp");
    expect(with_).toBe("8000-8005/tcp,88/tcp,88/udp");
    expect(hasAll(with_, "88/tcp,88/udp")).toBe(true);
    expect(toggled(with_, "88/tcp,88/udp")).toBe("8000-8005/tcp");
  });

  it("is completed by a choice of which it has a part", () => {
    expect(hasAll("88/tcp", "88/tcp,88/udp")).toBe(false);
    expect(toggled("88/tcp", "88/tcp,88/udp")).toBe("88/tcp,88/udp");
    expect(hasAll("", "")).toBe(false);
  });
});
