import { describe, expect, it, vi } from "vitest";
import { FailureError, type Failure } from "../../api/http";
import type { Trace } from "../../api/types";
import { DELIVERED, NO_ROUTE, TOPOLOGY, trace } from "../../state/sample";
import { storeOf } from "../../state/store";
import { FIRST } from "../../state/trace";
import { Tracer, type Api } from "./actions";

const fail = (failure: Failure) => () => Promise.reject(new FailureError(failure));

function scene(address: string, given: Partial<Api> = {}) {
  const api: Api = { topology: async () => TOPOLOGY, trace: async () => trace(DELIVERED), ...given };
  const store = storeOf(FIRST);
  const place = { address, get: () => place.address, go: (next: string) => void (place.address = next), replace: (next: string) => void (place.address = next) };
  return { api, store, place, tracer: new Tracer(store, api, place), settle: () => new Promise((done) => setTimeout(done)) };
}

const ASKED = "/trace?source=10.1.1.50&destination=10.2.1.50";

describe("tracing", () => {
  it("answers the question of a link at once", async () => {
    const { store, tracer, settle } = scene(ASKED);
    tracer.start();
    await settle();
    expect(store.get()).toMatchObject({ answer: { state: "loaded" }, topology: { state: "loaded" }, draft: { source: "10.1.1.50" } });
  });

  it("shows only the answer to the last question", async () => {
    const waiting: ((value: Trace) => void)[] = [];
    const { store, tracer, settle, place } = scene(ASKED, { trace: () => new Promise((done) => waiting.push(done)) });
    tracer.start();
    place.address = "/trace?source=10.1.1.50&destination=10.3.1.50";
    tracer.arrive();
    waiting[1]?.(trace(NO_ROUTE));
    waiting[0]?.(trace(DELIVERED));
    await settle();
    expect(store.get().answer).toMatchObject({ state: "loaded", value: { verdict: "no_route" } });
  });

  it("does not ask again when only the open hop changes", async () => {
    const { tracer, settle, place, api, store } = scene(ASKED);
    const asked = vi.spyOn(api, "trace");
    tracer.start();
    await settle();
    tracer.chooseHop(2);
    expect(place.address).toContain("hop=2");
    tracer.arrive();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(store.get().address.hop).toBe(2);
  });

  it("sends nothing that is not complete", async () => {
    const { store, tracer, api } = scene("/trace");
    const asked = vi.spyOn(api, "trace");
    tracer.start();
    tracer.type("source", "10.1.1.50");
    tracer.submit();
    expect(Object.keys(store.get().errors)).toEqual(["destination"]);
    expect(asked).not.toHaveBeenCalled();
  });

  it("says that the server cannot be reached and gets over it by retry", async () => {
    const { store, tracer, settle, api } = scene(ASKED, { trace: fail({ kind: "network" }) });
    tracer.start();
    await settle();
    expect(store.get().answer).toMatchObject({ state: "failed", failure: { kind: "network" } });
    api.trace = async () => trace(DELIVERED);
    tracer.retry();
    await settle();
    expect(store.get().answer.state).toBe("loaded");
  });
});
