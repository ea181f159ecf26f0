/** Files on their way: the only request whose progress can be seen, which fetch does not tell. */

import { addressOf } from "./base";
import { FailureError, filled, settled } from "./http";
import type { Operations } from "./types";

const OPERATION = "POST /api/v1/networks";
type Upload = Operations[typeof OPERATION];

/** `onSent`: so many bytes of all have left; then the server still has to read them. */
export async function upload(
  files: readonly File[], query: Upload["query"], onSent: (sent: number, total: number) => void, signal: AbortSignal,
): Promise<Upload["answer"]> {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  return settled(OPERATION, await sent(form, filled("/api/v1/networks", { query }), onSent, signal), signal);
}

function sent(form: FormData, path: string, onSent: (sent: number, total: number) => void, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf(path));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "tsim");
    request.upload.onprogress = (event) => onSent(event.loaded, event.total);
    request.onload = () => resolve(responseOf(request));
    request.onerror = () => reject(new FailureError({ kind: "network" }));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = ["Content-Type", "X-Request-ID"].flatMap((name): [string, string][] => {
    const value = request.getResponseHeader(name);
    return value === null ? [] : [[name, value]];
  });
  return new Response(request.responseText, { status: request.status, statusText: request.statusText, headers });
}
