/** The one place that speaks HTTP. It knows no view and no state; it gives values or throws a Failure. */

import { addressOf } from "./base";
import type { Operations, Problem } from "./types";

export type Failure =
  /** The session has ended, or there was none. */
  | { readonly kind: "signed_out" }
  | { readonly kind: "network" }
  | { readonly kind: "late" }
  /** With how long to wait, where that helps. */
  | { readonly kind: "problem"; readonly problem: Problem; readonly retry_after_s?: number };

export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind === "problem" ? failure.problem.detail : failure.kind);
  }
}

/** A failure that the server or the network caused; anything else is a fault of ours and goes on to the console. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}

type Parts = Readonly<Record<string, string | number | boolean | undefined>>;

/** What an operation takes, of which only what it has must be said. */
type Given<O extends keyof Operations> = {
  readonly [K in "path" | "query" | "body" as undefined extends Operations[O][K] ? (K extends "query" ? K : never) : K]: Operations[O][K];
};
type Taken<O extends keyof Operations> = Partial<Pick<Given<O>, keyof Given<O> & "query">> & Omit<Given<O>, "query">;

export interface Options {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

interface Loose {
  readonly path?: Parts;
  readonly query?: Parts;
  readonly body?: unknown;
}

const TIMEOUT_MS = 30_000;

/** `ask("GET /api/v1/jobs/{job}", { path: { job } })`: what is asked and what comes back are those of the API. */
export async function ask<O extends keyof Operations>(
  operation: O,
  ...[given, options]: {} extends Taken<O> ? [given?: Taken<O>, options?: Options] : [given: Taken<O>, options?: Options]
): Promise<Operations[O]["answer"]> {
  const [method = "GET", path = "/"] = operation.split(" ");
  const loose = (given ?? {}) as Loose;
  return settled(operation, await exchange(method, filled(path, loose), loose.body, options ?? {}), options?.signal);
}

/** What a response says, or the failure that it is. */
export async function settled<O extends keyof Operations>(operation: O, response: Response, signal?: AbortSignal): Promise<Operations[O]["answer"]> {
  if (response.status === 401) throw signedOut(operation);
  if (!response.ok) throw new FailureError({ kind: "problem", problem: await problemOf(response), ...waitOf(response) });
  return (await contentOf(response, signal)) as Operations[O]["answer"];
}

/** The address of an operation, for links and frames: the report, the picture, the facts. */
export function linkTo<O extends keyof Operations & `GET ${string}`>(operation: O, given: Pick<Loose, "path" | "query"> = {}): string {
  return addressOf(filled(operation.slice("GET ".length), given));
}

const listeners = new Set<() => void>();

/** Tells when any answer says that nobody has signed in. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A wrong password ends no session. */
function signedOut(operation: string): FailureError {
  if (operation !== "POST /api/v1/sessions") for (const listener of listeners) listener();
  return new FailureError({ kind: "signed_out" });
}

export function filled(path: string, { path: parts = {}, query = {} }: Loose): string {
  const whole = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name])));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") asked.set(name, String(value));
  }
  return asked.size === 0 ? whole : `${whole}?${asked}`;
}

async function exchange(method: string, path: string, body: unknown, options: Options): Promise<Response> {
  const limit = AbortSignal.timeout(options.timeout_ms ?? TIMEOUT_MS);
  const { signal } = options;
  const isRaw = body instanceof Blob || body instanceof FormData;
  const headers: Record<string, string> = { Accept: "application/json", "X-Requested-With": "tsim", ...options.headers };
  if (body !== undefined && !isRaw) headers["Content-Type"] = "application/json";
  try {
    return await fetch(addressOf(path), {
      method,
      headers,
      body: body === undefined ? null : isRaw ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FailureError({ kind: limit.aborted ? "late" : "network" });
  }
}

async function contentOf(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    const type = response.headers.get("Content-Type") ?? "";
    return await (type.includes("json") ? response.json() : response.blob());
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FailureError({ kind: "network" });
  }
}

/** Seconds; the other form of RFC 9110, 10.2.3 is a date, which nobody here sends. */
function waitOf(response: Response): { readonly retry_after_s?: number } {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? { retry_after_s: seconds } : {};
}

/** A proxy in front may answer with a page of its own instead of a problem document. */
async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const given: Partial<Problem> = typeof body === "object" && body !== null ? body : {};
  return {
    type: given.type ?? "about:blank",
    title: given.title ?? response.statusText,
    status: response.status,
    detail: given.detail ?? "",
    field: given.field ?? null,
    request_id: given.request_id ?? response.headers.get("X-Request-ID") ?? "",
  };
}
