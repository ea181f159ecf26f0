/** The one place that speaks HTTP. It knows no view and no state; it gives values or throws a Failure. */

import type { Problem } from "./wire";

export type Failure =
  | { readonly kind: "signed_out" }
  | { readonly kind: "network" }
  | { readonly kind: "late" }
  | { readonly kind: "problem"; readonly problem: Problem };

export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind);
  }
}

const TIMEOUT_MS = 30_000;

/** Relative to the page, so that the application works under any sub-path. */
function address(path: string): string {
  return new URL(`api/v1/${path}`, document.baseURI).href;
}

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === "object" && body !== null && "title" in body;
}

async function problemOf(response: Response): Promise<Problem> {
  // A proxy in front may answer with a page of its own instead of a problem document.
  const body: unknown = await response.json().catch(() => null);
  const given = isProblem(body) ? body : {};
  return {
    title: given.title ?? response.statusText,
    status: response.status,
    detail: given.detail ?? "",
    field: given.field ?? null,
  };
}

async function exchange(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const headers: Record<string, string> = { Accept: "application/json", "X-Requested-With": "tsim" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(address(path), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FailureError({ kind: limit.aborted ? "late" : "network" });
  }
}

export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await exchange(method, path, body, signal);
  if (response.status === 401) throw new FailureError({ kind: "signed_out" });
  if (!response.ok) throw new FailureError({ kind: "problem", problem: await problemOf(response) });
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FailureError({ kind: "network" });
  }
}
