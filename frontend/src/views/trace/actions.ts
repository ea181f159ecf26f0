/** The actions of the page: each asks the server, waits, and puts what came into the store. */

import { ask, failureOf, type Failure } from "../../api/http";
import type { TraceQuestion } from "../../api/types";
import { formatAddress, parseAddress, type Address } from "../../state/address";
import { checked, isComplete, isSameQuestion, swapped, trimmed, type Field } from "../../state/question";
import type { Store } from "../../state/store";
import * as tracing from "../../state/trace";
import { text } from "../../text/trace";

export interface Actions {
  retry(): void;
  type(field: Field, value: string): void;
  swap(): void;
  openMore(isOpen: boolean): void;
  submit(): void;
  chooseBranch(branch: number): void;
  chooseHop(hop: number): void;
}

export const API = {
  topology: () => ask("GET /api/v1/topology"),
  trace: (body: TraceQuestion, signal: AbortSignal) => ask("POST /api/v1/traces", { body }, { signal }),
};
export type Api = typeof API;

/** The address bar. */
export interface Place {
  get(): string;
  go(address: string): void;
  replace(address: string): void;
}

export class Tracer implements Actions {
  private running: AbortController | null = null;

  constructor(
    private readonly store: Store<tracing.Tracing>,
    private readonly api: Api,
    private readonly place: Place,
  ) {}

  start(): void {
    this.change((now) => tracing.arrived(now, parseAddress(this.place.get())));
    this.load();
  }

  /** The address bar changed: by a link, by back and forward, or by submit. */
  arrive(): void {
    const address = parseAddress(this.place.get());
    const isSame = isSameQuestion(address.question, this.store.get().address.question);
    this.change((now) => tracing.arrived(now, address));
    if (!isSame) void this.trace();
  }

  /** Also after somebody has signed in again. */
  retry(): void {
    this.load();
  }

  type(field: Field, value: string): void {
    this.change((now) => tracing.typed(now, field, value));
  }

  swap(): void {
    this.change((now) => ({ ...now, draft: swapped(now.draft), errors: {} }));
  }

  openMore(isOpen: boolean): void {
    this.change((now) => tracing.openedMore(now, isOpen));
  }

  submit(): void {
    const { draft, address } = this.store.get();
    const question = trimmed(draft);
    const { errors } = checked(question, text.complaints);
    if (errors !== null) {
      this.change((now) => tracing.refused(now, errors));
      return;
    }
    const next: Address = { question, branch: 0, hop: null };
    if (isSameQuestion(question, address.question)) {
      this.replace(next);
      void this.trace();
    } else {
      this.place.go(formatAddress(next));
    }
  }

  chooseBranch(branch: number): void {
    this.replace({ ...this.store.get().address, branch, hop: null });
  }

  chooseHop(hop: number): void {
    this.replace({ ...this.store.get().address, hop });
  }

  private change(update: (now: tracing.Tracing) => tracing.Tracing): void {
    this.store.set(update(this.store.get()));
  }

  /** A choice inside an answer is no place to go back to, so it takes the place of the entry in the history. */
  private replace(address: Address): void {
    this.change((now) => tracing.chose(now, address));
    this.place.replace(formatAddress(address));
  }

  private load(): void {
    const { topology } = this.store.get();
    if (topology.state !== "loaded") void this.map();
    void this.trace();
  }

  private async map(): Promise<void> {
    this.change(tracing.topologyAsked);
    try {
      const topology = await this.api.topology();
      this.change((now) => tracing.topologyCame(now, topology));
    } catch (error) {
      this.fail(error, tracing.topologyFailed);
    }
  }

  private async trace(): Promise<void> {
    this.running?.abort();
    const { address } = this.store.get();
    if (!isComplete(address.question)) {
      this.change((now) => ({ ...now, answer: { state: "idle" } }));
      return;
    }
    const { request, errors } = checked(address.question, text.complaints);
    if (errors !== null) {
      this.change((now) => tracing.refused({ ...now, answer: { state: "idle" } }, errors));
      return;
    }
    const running = new AbortController();
    this.running = running;
    this.change(tracing.traceAsked);
    try {
      const trace = await this.api.trace(request, running.signal);
      if (!running.signal.aborted) this.change((now) => tracing.traceCame(now, trace));
    } catch (error) {
      // A later question took its place; that one reports for itself.
      if (!running.signal.aborted) this.fail(error, tracing.traceFailed);
    }
  }

  private fail(error: unknown, update: (now: tracing.Tracing, failure: Failure) => tracing.Tracing): void {
    const failure = failureOf(error);
    this.change((now) => update(now, failure));
  }
}
