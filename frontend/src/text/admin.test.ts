import { expect, test } from "vitest";
import { text } from "./admin";

test("sizes are told in the unit that fits", () => {
  expect([0, 999, 315_837, 2_147_483_648].map(text.bytes)).toEqual(["0 B", "999 B", "315.8 kB", "2.1 GB"]);
});

test("spans are told by what matters of them", () => {
  expect([40.7, 90, 7_500, 90_000, 273_600].map(text.health.span)).toEqual(["40 s", "1 min", "2 h 5 min", "1 day 1 h", "3 days 4 h"]);
});

test("a check that nobody has heard of is shown by its name", () => {
  expect(text.health.checkOf("flux")).toEqual({ title: "flux", about: "", mend: "" });
});
