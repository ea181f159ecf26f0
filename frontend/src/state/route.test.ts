import { describe, expect, it } from "vitest";
import { pathTo, routeOf } from "./route";

describe("an address", () => {
  it.each([
    ["/", "newTest", {}],
    ["/jobs", "history", {}],
    ["/jobs/", "history", {}],
    ["/jobs/0190-ab", "job", { job: "0190-ab" }],
    ["/compare?a=1&b=2", "compare", {}],
    ["/network", "topology", {}],
    ["/network/routers/hq%2Fgw%20%C3%A4", "router", { router: "hq/gw ä" }],
    ["/network/routers/100%", "router", { router: "100%" }],
    ["/facts", "facts", {}],
    ["/trace?source=a", "trace", {}],
    ["/admin", "admin", { part: "queue" }],
    ["/admin/audit", "admin", { part: "audit" }],
    ["/account", "account", {}],
    ["/help#verdicts", "help", {}],
  ])("%s is the page %s", (address, page, parts) => {
    expect(routeOf(address)).toMatchObject({ page, parts });
  });

  it.each(["/nothing", "/jobs/1/2", "/admin/secrets", "/network/routers/"])("%s is no page", (address) => {
    expect(routeOf(address).page).toBeNull();
  });

  it("gives its query", () => {
    expect(routeOf("/compare?a=1&b=2").query).toEqual({ a: "1", b: "2" });
  });

  it("is made of a page and read back", () => {
    const path = pathTo("router", { router: "hq/gw ä" }, { table: "main", empty: "", none: null });
    expect(path).toBe("/network/routers/hq%2Fgw%20%C3%A4?table=main");
    expect(routeOf(path)).toEqual({ page: "router", parts: { router: "hq/gw ä" }, query: { table: "main" } });
  });

  it("keeps addresses and services readable", () => {
    expect(pathTo("job", { job: "1" }, { service: "443/tcp", source: "2001:db8::1" })).toBe("/jobs/1?service=443/tcp&source=2001:db8::1");
  });
});
