/** The actions of the page: each asks the server, waits, and puts what came into the store. */

import type { Api } from "./api";
import { FailureError, type Failure } from "./api/http";
import { formatAddress, parseAddress, type Address } from "./state/address";
import * as page from "./state/page";
import { EMPTY_QUESTION, checked, isComplete, isSameQuestion, swapped, trimmed, type Field } from "./state/question";
import type { Store } from "./state/store";
import { text } from "./text";

export interface Actions {
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  retry(): void;
  type(field: Field, value: string): void;
  swap(): void;
  openMore(isOpen: boolean): void;
  submit(): void;
  chooseBranch(branch: number): void;
  chooseHop(hop: number): void;
}

/** The part of the browser's window that addresses need. */
export type Place = Pick<Window, "location" | "history">;

/** A failure that the server or the network caused; anything else is a fault of ours and goes on to the console. */
function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}

export class Live implements Actions {
  private running: AbortController | null = null;

  constructor(
    private readonly store: Store<page.Page>,
    private readonly api: Api,
    private readonly place: Place,
  ) {}

  async start(): Promise<void> {
    this.change((now) => page.arrived(now, parseAddress(this.place.location.hash)));
    try {
      const me = await this.api.me();
      this.change((now) => page.signedIn(now, me));
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "signed_out") this.change(page.signedOut);
      else this.change((now) => ({ ...now, session: { state: "unreachable", failure } }));
      return;
    }
    this.load();
  }

  /** The address bar changed: by a link, by back and forward, or by submit. */
  arrive(): void {
    const address = parseAddress(this.place.location.hash);
    const isSame = isSameQuestion(address.question, this.store.get().address.question);
    this.change((now) => page.arrived(now, address));
    if (!isSame) void this.trace();
  }

  async signIn(username: string, password: string): Promise<void> {
    this.change(page.signingIn);
    try {
      await this.api.signIn(username, password);
      const me = await this.api.me();
      this.change((now) => page.signedIn(now, me));
    } catch (error) {
      const failure = failureOf(error);
      this.change((now) => page.signInFailed(now, failure));
      return;
    }
    this.load();
  }

  async signOut(): Promise<void> {
    try {
      await this.api.signOut();
    } catch (error) {
      if (failureOf(error).kind !== "signed_out") {
        this.change((now) => ({ ...now, session: { state: "unreachable", failure: failureOf(error) } }));
        return;
      }
    }
    this.running?.abort();
    this.place.history.replaceState(null, "", formatAddress({ question: EMPTY_QUESTION, branch: 0, hop: null }));
    this.change(() => ({ ...page.FIRST_PAGE, session: { state: "out", ended: false, busy: false, failure: null } }));
  }

  retry(): void {
    const { session } = this.store.get();
    if (session.state === "in") this.load();
    else void this.start();
  }

  type(field: Field, value: string): void {
    this.change((now) => page.typed(now, field, value));
  }

  swap(): void {
    this.change((now) => ({ ...now, draft: swapped(now.draft), errors: {} }));
  }

  openMore(isOpen: boolean): void {
    this.change((now) => page.openedMore(now, isOpen));
  }

  submit(): void {
    const { draft, address } = this.store.get();
    const question = trimmed(draft);
    const { errors } = checked(question, text.complaints);
    if (errors !== null) {
      this.change((now) => page.refused(now, errors));
      return;
    }
    const next: Address = { question, branch: 0, hop: null };
    if (isSameQuestion(question, address.question)) {
      this.replace(next);
      void this.trace();
    } else {
      this.place.location.hash = formatAddress(next);
    }
  }

  chooseBranch(branch: number): void {
    this.replace({ ...this.store.get().address, branch, hop: null });
  }

  chooseHop(hop: number): void {
    this.replace({ ...this.store.get().address, hop });
  }

  private change(update: (now: page.Page) => page.Page): void {
    this.store.set(update(this.store.get()));
  }

  /** A choice inside an answer is no place to go back to, so it takes the place of the entry in the history. */
  private replace(address: Address): void {
    this.place.history.replaceState(null, "", formatAddress(address));
    this.change((now) => page.chose(now, address));
  }

  private load(): void {
    const { topology } = this.store.get();
    if (topology.state !== "loaded") void this.map();
    void this.trace();
  }

  private async map(): Promise<void> {
    this.change(page.topologyAsked);
    try {
      const topology = await this.api.topology();
      this.change((now) => page.topologyCame(now, topology));
    } catch (error) {
      this.fail(error, page.topologyFailed);
    }
  }

  private async trace(): Promise<void> {
    this.running?.abort();
    const { session, address } = this.store.get();
    if (session.state !== "in") return;
    if (!isComplete(address.question)) {
      this.change((now) => ({ ...now, answer: { state: "idle" } }));
      return;
    }
    const { request, errors } = checked(address.question, text.complaints);
    if (errors !== null) {
      this.change((now) => page.refused({ ...now, answer: { state: "idle" } }, errors));
      return;
    }
    const running = new AbortController();
    this.running = running;
    this.change(page.traceAsked);
    try {
      const trace = await this.api.trace(request, running.signal);
      if (!running.signal.aborted) this.change((now) => page.traceCame(now, trace));
    } catch (error) {
      // A later question took its place; that one reports for itself.
      if (!running.signal.aborted) this.fail(error, page.traceFailed);
    }
  }

  private fail(error: unknown, update: (now: page.Page, failure: Failure) => page.Page): void {
    const failure = failureOf(error);
    if (failure.kind === "signed_out") this.change(page.signedOut);
    else this.change((now) => update(now, failure));
  }
}
