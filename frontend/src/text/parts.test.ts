import { describe, expect, it } from "vitest";
import { text } from "./parts";
import { percent } from "./words";

describe("percent", () => {
  it.each([[1, "100%"], [0.5, "50%"], [1 / 3, "33.3%"]])("of %d is %s", (share, shown) => {
    expect(percent(share)).toBe(shown);
  });
});

describe("a time", () => {
  it.each([[0, "just now"], [-3, "just now"], [45, "45 seconds ago"], [60, "1 minute ago"], [7_300, "2 hours ago"], [90_000, "yesterday"], [-120, "in 2 minutes"]])(
    "of %d seconds ago is %s",
    (seconds, said) => expect(text.ago(seconds)).toBe(said),
  );

  it.each([[0.0004, "1 ms"], [0.25, "250 ms"], [1.25, "1.3 s"], [42, "42 s"], [95, "1 min 35 s"]])("of %d seconds took %s", (seconds, said) => {
    expect(text.took(seconds)).toBe(said);
  });
});

describe("a failure", () => {
  const problem = (status: number, detail: string) => text.failure({ kind: "problem", problem: { type: "about:blank", request_id: "1", title: "", status, detail, field: null } });

  it("is told in a sentence, whoever wrote it", () => {
    expect(problem(503, "the engine is not running (Connection refused)")).toEqual({
      title: "The server is not ready",
      detail: "The engine is not running (Connection refused).",
    });
  });

  it("has its status where nothing else is known", () => {
    expect(problem(502, "").detail).toBe("The server answered with status 502.");
  });
});
