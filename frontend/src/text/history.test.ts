import { expect, test } from "vitest";
import { text } from "./history";

test("how much differs is said of the services that both tests asked for", () => {
  expect([[0, 0], [0, 1], [0, 3], [1, 1], [2, 2], [1, 3], [2, 3]].map(([differing = 0, both = 0]) => text.compare.sentence(differing, both))).toEqual([
    "The two have no service in common.",
    "Nothing differs: 1 service is answered as before.",
    "Nothing differs: 3 services are answered as before.",
    "The service is answered differently.",
    "All 2 services are answered differently.",
    "1 of 3 services is answered differently.",
    "2 of 3 services are answered differently.",
  ]);
});
