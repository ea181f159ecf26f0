/** What the person asks: the text of every field of the form, and the request it stands for. */

import type { TraceQuestion } from "../api/types";

export const FIELDS = [
  "source",
  "destination",
  "protocol",
  "source_port",
  "destination_port",
  "mark",
  "tos",
  "ttl",
  "gateway",
] as const;

export type Field = (typeof FIELDS)[number];
export type Question = Readonly<Record<Field, string>>;
/** Why a field is wrong: a word of ours or the server's own sentence. */
export type FieldErrors = Readonly<Partial<Record<Field, string>>>;

export const EXTRA_FIELDS = FIELDS.slice(2);

export const EMPTY_QUESTION: Question = Object.freeze(
  Object.fromEntries(FIELDS.map((field) => [field, ""])) as Record<Field, string>,
);

export function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

export function isComplete(question: Question): boolean {
  return question.source !== "" && question.destination !== "";
}

export function isSameQuestion(one: Question, other: Question): boolean {
  return FIELDS.every((field) => one[field] === other[field]);
}

export function trimmed(question: Question): Question {
  return Object.fromEntries(FIELDS.map((field) => [field, question[field].trim()])) as Record<Field, string>;
}

/** Ports belong to an end, so they change places with it. */
export function swapped(question: Question): Question {
  return {
    ...question,
    source: question.destination,
    destination: question.source,
    source_port: question.destination_port,
    destination_port: question.source_port,
    gateway: "",
  };
}

const LIMITS: Partial<Record<Field, readonly [number, number]>> = {
  source_port: [0, 65_535],
  destination_port: [0, 65_535],
  mark: [0, 0xffff_ffff],
  tos: [0, 255],
  ttl: [1, 255],
};

/** Decimal or hexadecimal, as iproute2 takes it; null when it is neither or out of bounds. */
export function wholeNumber(text: string, [least, most]: readonly [number, number]): number | null {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}

export type Checked =
  | { readonly request: TraceQuestion; readonly errors: null }
  | { readonly request: null; readonly errors: FieldErrors };

export interface Complaints {
  readonly missing: (field: Field) => string;
  readonly bounds: (least: number, most: number) => string;
}

/** Addresses and names are left to the server, which knows them; only what no server could read is refused here. */
export function checked(question: Question, complaints: Complaints): Checked {
  const errors: Partial<Record<Field, string>> = {};
  const request: Record<string, string | number> = {};
  for (const field of FIELDS) {
    const text = question[field].trim();
    const limits = LIMITS[field];
    if (text === "") {
      if (field === "source" || field === "destination") errors[field] = complaints.missing(field);
    } else if (limits === undefined) {
      request[field] = text;
    } else {
      const value = wholeNumber(text, limits);
      if (value === null) errors[field] = complaints.bounds(...limits);
      else request[field] = value;
    }
  }
  if (Object.keys(errors).length > 0) return { request: null, errors };
  return { request: request as unknown as TraceQuestion, errors: null };
}
