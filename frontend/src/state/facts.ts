/** Facts that somebody is about to send, as plain data. */

import type { Failure } from "../api/http";
import type { Network } from "../api/types";
import type { Diagnostic } from "./router";

/** To see what would come of it, or to keep it. */
export type Aim = "check" | "keep" | "activate";

/** What the server says of what was sent. */
export interface Read {
  readonly name: string;
  readonly routers: number;
  readonly diagnostics: readonly Diagnostic[];
  /** How many there are; not all of them may be told. */
  readonly count: number;
  readonly ignored: readonly string[];
  /** null: nothing was kept. */
  readonly label: string | null;
}

export interface Upload {
  readonly files: readonly File[];
  /** Of the network; empty: as the archive is called. */
  readonly name: string;
  readonly step:
    | { readonly state: "idle" }
    | { readonly state: "sending"; readonly aim: Aim; readonly sent: number; readonly total: number }
    | { readonly state: "read"; readonly read: Read }
    | { readonly state: "failed"; readonly failure: Failure };
}

export const NO_UPLOAD: Upload = { files: [], name: "", step: { state: "idle" } };

/** Other files, and what was said of those before counts no more. A file that is chosen again takes the place of the one before. */
export function withFiles(upload: Upload, files: readonly File[]): Upload {
  const names = new Set(files.map((file) => file.name));
  return { ...upload, files: [...upload.files.filter((file) => !names.has(file.name)), ...files], step: { state: "idle" } };
}

export function without(upload: Upload, file: File): Upload {
  return { ...upload, files: upload.files.filter((each) => each !== file), step: { state: "idle" } };
}

export function named(upload: Upload, name: string): Upload {
  return { ...upload, name, step: upload.step.state === "sending" ? upload.step : { state: "idle" } };
}

export function sending(upload: Upload, aim: Aim): Upload {
  return { ...upload, step: { state: "sending", aim, sent: 0, total: sizeOf(upload.files) } };
}

export function progressed(upload: Upload, sent: number, total: number): Upload {
  return upload.step.state === "sending" ? { ...upload, step: { ...upload.step, sent, total } } : upload;
}

export function answered(upload: Upload, read: Read): Upload {
  return { ...upload, step: { state: "read", read } };
}

export function failed(upload: Upload, failure: Failure): Upload {
  return { ...upload, step: { state: "failed", failure } };
}

export function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** null: all has been sent, and the server reads it. */
export function percentOf(sent: number, total: number): number | null {
  return total > 0 && sent < total ? Math.floor((100 * sent) / total) : null;
}

interface Said {
  readonly network: { readonly name: string; readonly routers: number; readonly diagnostics: number };
  readonly ignored: readonly string[];
  readonly diagnostics: readonly unknown[];
}

export function readOf({ network, ignored, diagnostics }: Said): Read {
  const label = "label" in network && typeof network.label === "string" ? network.label : null;
  return { name: network.name, routers: network.routers, count: network.diagnostics, diagnostics: diagnostics as readonly Diagnostic[], ignored, label };
}

/** The newest first; the active one stands out by itself. */
export function inOrder(networks: readonly Network[]): readonly Network[] {
  return [...networks].sort((one, other) => other.created.localeCompare(one.created));
}

/** What is compared when nobody has said: the active one with the newest of the others. */
export function pairOf(networks: readonly Network[]): readonly [before: string, after: string] {
  const active = networks.find((network) => network.is_active)?.label ?? "";
  const other = inOrder(networks).find((network) => network.label !== active)?.label ?? "";
  return [active, other];
}
