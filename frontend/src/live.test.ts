import { describe, expect, it, vi } from "vitest";
import type { Api } from "./api";
import { FailureError, type Failure } from "./api/http";
import type { Trace } from "./api/wire";
import { Live, type Place } from "./live";
import { FIRST_PAGE } from "./state/page";
import { DELIVERED, NO_ROUTE, TOPOLOGY, trace } from "./state/sample";
import { storeOf } from "./state/store";

const fail = (failure: Failure) => () => Promise.reject(new FailureError(failure));
const SIGNED_OUT = fail({ kind: "signed_out" });

function scene(hash: string, given: Partial<Api> = {}) {
  const api: Api = {
    me: async () => ({ username: "admin", role: "admin" }),
    signIn: async () => ({ username: "admin", role: "admin" }),
    signOut: async () => undefined,
    topology: async () => TOPOLOGY,
    trace: async () => trace(DELIVERED),
    ...given,
  };
  const store = storeOf(FIRST_PAGE);
  const location = { hash };
  const history = { replaceState: (_: unknown, __: string, url: string) => void (location.hash = url) };
  const live = new Live(store, api, { location, history } as unknown as Place);
  return { api, store, live, location, settle: () => new Promise((done) => setTimeout(done)) };
}

const ASKED = "#/trace?source=10.1.1.50&destination=10.2.1.50";

describe("live", () => {
  it("answers the question of a link at once", async () => {
    const { store, live, settle } = scene(ASKED);
    await live.start();
    await settle();
    expect(store.get()).toMatchObject({ answer: { state: "loaded" }, topology: { state: "loaded" }, draft: { source: "10.1.1.50" } });
  });

  it("asks for the sign-in first and then answers the link that the person came by", async () => {
    const { store, live, settle, api } = scene(ASKED, { me: SIGNED_OUT });
    await live.start();
    expect(store.get().session).toMatchObject({ state: "out", ended: false });
    api.me = async () => ({ username: "eva", role: "user" });
    await live.signIn("eva", "secret");
    await settle();
    expect(store.get()).toMatchObject({ session: { state: "in", me: { username: "eva" } }, answer: { state: "loaded" } });
  });

  it("comes back to the sign-in when any request says that the session is over", async () => {
    const { store, live, settle } = scene(ASKED, { trace: SIGNED_OUT });
    await live.start();
    await settle();
    expect(store.get().session).toMatchObject({ state: "out", ended: true });
    expect(store.get().address.question.source).toBe("10.1.1.50");
  });

  it("shows only the answer to the last question", async () => {
    const waiting: ((value: Trace) => void)[] = [];
    const { store, live, settle, location } = scene(ASKED, { trace: () => new Promise((done) => waiting.push(done)) });
    await live.start();
    location.hash = "#/trace?source=10.1.1.50&destination=10.3.1.50";
    live.arrive();
    waiting[1]?.(trace(NO_ROUTE));
    waiting[0]?.(trace(DELIVERED));
    await settle();
    expect(store.get().answer).toMatchObject({ state: "loaded", value: { verdict: "no_route" } });
  });

  it("does not ask again when only the open hop changes", async () => {
    const { live, settle, location, api, store } = scene(ASKED);
    const asked = vi.spyOn(api, "trace");
    await live.start();
    await settle();
    live.chooseHop(2);
    expect(location.hash).toContain("hop=2");
    live.arrive();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(store.get().address.hop).toBe(2);
  });

  it("sends nothing that is not complete", async () => {
    const { store, live, api } = scene("");
    const asked = vi.spyOn(api, "trace");
    await live.start();
    live.type("source", "10.1.1.50");
    live.submit();
    expect(Object.keys(store.get().errors)).toEqual(["destination"]);
    expect(asked).not.toHaveBeenCalled();
  });

  it("says that the server cannot be reached and gets over it by retry", async () => {
    const { store, live, settle, api } = scene(ASKED, { trace: fail({ kind: "network" }) });
    await live.start();
    await settle();
    expect(store.get().answer).toMatchObject({ state: "failed", failure: { kind: "network" } });
    api.trace = async () => trace(DELIVERED);
    live.retry();
    await settle();
    expect(store.get().answer.state).toBe("loaded");
  });

  it("leaves nothing behind after signing out", async () => {
    const { store, live, settle, location } = scene(ASKED);
    await live.start();
    await settle();
    await live.signOut();
    expect(location.hash).toBe("#/trace");
    expect(store.get()).toEqual({ ...FIRST_PAGE, session: { state: "out", ended: false, busy: false, failure: null } });
  });
});
