import { describe, expect, it } from "vitest";
import type { Failure } from "../api/http";
import { parseAddress } from "./address";
import * as tracing from "./trace";
import { valueOf } from "./remote";
import { DELIVERED, trace } from "./sample";

const HERE = tracing.arrived(tracing.FIRST, parseAddress("/trace?source=a&destination=b"));
const problem = (field: string | null): Failure => ({ kind: "problem", problem: { type: "about:blank", request_id: "1", title: "Bad", status: 422, detail: "is no address", field } });

describe("tracing", () => {
  it("puts an error of the server at the field that it names", () => {
    const now = tracing.traceFailed(tracing.traceAsked(HERE), problem("source"));
    expect(now.errors).toEqual({ source: "is no address" });
    expect(now.answer.state).toBe("idle");
  });

  it("does not repeat the name of the field, which stands over the sentence", () => {
    const failure: Failure = { kind: "problem", problem: { type: "about:blank", request_id: "1", title: "Bad", status: 422, detail: "source: 'x' is none", field: "source" } };
    expect(tracing.traceFailed(HERE, failure).errors).toEqual({ source: "'x' is none" });
  });

  it("opens the other options when the error is there", () => {
    expect(tracing.traceFailed(HERE, problem("mark")).isMoreOpen).toBe(true);
    expect(tracing.traceFailed(HERE, problem("source")).isMoreOpen).toBe(false);
  });

  it("shows an error of no field in place of the answer", () => {
    expect(tracing.traceFailed(HERE, problem(null)).answer).toEqual({ state: "failed", failure: problem(null) });
    expect(tracing.traceFailed(HERE, problem("body")).answer.state).toBe("failed");
  });

  it("forgets the error of a field when it is typed in", () => {
    const wrong = tracing.refused(HERE, { source: "no", mark: "no" });
    expect(tracing.typed(wrong, "source", "x").errors).toEqual({ mark: "no" });
  });

  it("keeps the last answer in view while the next is under way", () => {
    const answered = tracing.traceCame(HERE, trace(DELIVERED));
    expect(valueOf(tracing.traceAsked(answered).answer)).toEqual(trace(DELIVERED));
  });
});
