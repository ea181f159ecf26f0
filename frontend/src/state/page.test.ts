import { describe, expect, it } from "vitest";
import type { Failure } from "../api/http";
import { parseAddress } from "./address";
import * as page from "./page";
import { DELIVERED, TOPOLOGY, trace } from "./sample";

const ME = { username: "admin", role: "admin" };
const HERE = page.arrived(page.signedIn(page.FIRST_PAGE, ME), parseAddress("#/trace?source=a&destination=b"));
const problem = (field: string | null): Failure => ({ kind: "problem", problem: { title: "Bad", status: 422, detail: "is no address", field } });

describe("page", () => {
  it("puts an error of the server at the field that it names", () => {
    const now = page.traceFailed(page.traceAsked(HERE), problem("source"));
    expect(now.errors).toEqual({ source: "is no address" });
    expect(now.answer.state).toBe("idle");
  });

  it("does not repeat the name of the field, which stands over the sentence", () => {
    const failure: Failure = { kind: "problem", problem: { title: "Bad", status: 422, detail: "source: 'x' is none", field: "source" } };
    expect(page.traceFailed(HERE, failure).errors).toEqual({ source: "'x' is none" });
  });

  it("opens the other options when the error is there", () => {
    expect(page.traceFailed(HERE, problem("mark")).isMoreOpen).toBe(true);
    expect(page.traceFailed(HERE, problem("source")).isMoreOpen).toBe(false);
  });

  it("shows an error of no field in place of the answer", () => {
    expect(page.traceFailed(HERE, problem(null)).answer).toEqual({ state: "failed", failure: problem(null) });
    expect(page.traceFailed(HERE, problem("body")).answer.state).toBe("failed");
  });

  it("forgets the error of a field when it is typed in", () => {
    const wrong = page.refused(HERE, { source: "no", mark: "no" });
    expect(page.typed(wrong, "source", "x").errors).toEqual({ mark: "no" });
  });

  it("keeps the address and the form but no answer when the session ends", () => {
    const full = page.typed(page.topologyCame(page.traceCame(HERE, trace(DELIVERED)), TOPOLOGY), "source", "half typed");
    const now = page.signedOut(full);
    expect(now).toMatchObject({ session: { state: "out", ended: true }, address: full.address, draft: { source: "half typed" } });
    expect([now.topology.state, now.answer.state]).toEqual(["idle", "idle"]);
  });

  it("does not speak of an ended session to who had none", () => {
    expect(page.signedOut(page.FIRST_PAGE).session).toMatchObject({ ended: false });
  });

  it("keeps the last answer in view while the next is under way", () => {
    const answered = page.traceCame(HERE, trace(DELIVERED));
    expect(page.valueOf(page.traceAsked(answered).answer)).toEqual(trace(DELIVERED));
  });
});
