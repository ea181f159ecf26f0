import { describe, expect, it } from "vitest";
import type { Me } from "../api/types";
import { CHECKING, OUT, ended, personOf, refused, signedIn, signingIn } from "./session";

const EVA: Me = { username: "eva", role: "user", scopes: [], origin: "local", id: "1", expires: null };

describe("a session", () => {
  it("that ends keeps the page of who had it", () => {
    const out = ended(signedIn(CHECKING, EVA, 1));
    expect(out).toMatchObject({ state: "out", before: EVA });
    expect(personOf(ended(out))).toBe(EVA);
  });

  it("that nobody had has not ended", () => {
    expect(personOf(ended(CHECKING))).toBeNull();
    expect(personOf(OUT)).toBeNull();
  });

  it("is gone back to after a wrong password too", () => {
    const out = refused(signingIn(ended(signedIn(CHECKING, EVA, 1))), { kind: "signed_out" });
    expect(out).toMatchObject({ state: "out", before: EVA, failure: { kind: "signed_out" }, busy: false });
  });

  it("is the same one when it is asked for again", () => {
    const session = signedIn(CHECKING, EVA, 1);
    expect(signedIn(session, { ...EVA }, 2)).toBe(session);
    expect(signedIn(session, { ...EVA, id: "2" }, 2)).toMatchObject({ times: 2 });
  });
});
