import { describe, expect, it } from "vitest";
import type { Choices } from "../api/types";
import { found } from "./choices";

const CHOICES: Choices = {
  services: [
    { name: "http", title: "HTTP", ports: "80/tcp", description: "Web pages", group: "web" },
    { name: "https", title: "HTTPS", ports: "443/tcp", description: "Web pages over TLS", group: "web" },
    { name: "ping", title: "Ping", ports: "icmp", description: "Is it there?", group: null },
  ],
  groups: [{ name: "web", title: "Web", ports: "80/tcp,443/tcp", services: ["http", "https"] }],
};

describe("services to choose from", () => {
  it("stand in their groups, and those of none at the end", () => {
    expect(found(CHOICES, "", "Others").map(({ title, ports, services }) => [title, ports, services.length])).toEqual([
      ["Web", "80/tcp,443/tcp", 2], ["Others", "", 1],
    ]);
  });

  it("are found by name, port, what they are for and group", () => {
    const names = (typed: string) => found(CHOICES, typed).flatMap(({ services }) => services.map(({ name }) => name));
    expect(names("443")).toEqual(["https"]);
    expect(names("tls web")).toEqual(["https"]);
    expect(names("WEB")).toEqual(["http", "https"]);
    expect(names("there")).toEqual(["ping"]);
    expect(names("nothing")).toEqual([]);
  });

  it("are no whole group while only some of it are shown", () => {
    expect(found(CHOICES, "443")[0]?.ports).toBe("");
  });
});
