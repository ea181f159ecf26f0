import { expect, test } from "vitest";
import { VERDICTS } from "../state/history";
import { text } from "./help";

/** These are fates themselves. */
const FATES: readonly string[] = ["accepted", "conditional", "unknown"];

test("every verdict is explained", () => {
  const explained: readonly string[] = text.verdicts.more.map(([word]) => word);
  expect(VERDICTS.filter((word) => !explained.includes(word) && !FATES.includes(word))).toEqual([]);
});

test("the example of a trace is one", () => {
  expect(JSON.parse(text.trace.example)).toMatchObject({ path: [{ name: "hq-gw" }, { name: "br-gw" }] });
});
