/** Where the person is, as it stands in the address bar: the question, the branch and the hop that is open. */

import { EMPTY_QUESTION, FIELDS, type Field, type Question } from "./question";

export interface Address {
  readonly question: Question;
  /** Position among the equal-cost branches; 0 is the first. */
  readonly branch: number;
  /** Number of the hop whose steps are open; null lets the page choose the deciding one. */
  readonly hop: number | null;
}

export const EMPTY_ADDRESS: Address = { question: EMPTY_QUESTION, branch: 0, hop: null };

const ROUTE = "#/trace";

function position(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

export function parseAddress(hash: string): Address {
  const [route, query = ""] = hash.split("?", 2);
  if (route !== ROUTE) return EMPTY_ADDRESS;
  const given = new URLSearchParams(query);
  const question = Object.fromEntries(
    FIELDS.map((field) => [field, given.get(field)?.trim() ?? ""]),
  ) as Record<Field, string>;
  return {
    question,
    branch: Math.max((position(given.get("branch")) ?? 1) - 1, 0),
    hop: position(given.get("hop")),
  };
}

export function formatAddress({ question, branch, hop }: Address): string {
  const query = new URLSearchParams();
  for (const field of FIELDS) {
    if (question[field] !== "") query.set(field, question[field]);
  }
  if (branch > 0) query.set("branch", String(branch + 1));
  if (hop !== null) query.set("hop", String(hop));
  // Colons are allowed in a fragment (RFC 3986, 3.5) and keep an IPv6 address readable.
  const text = query.toString().replaceAll("%3A", ":");
  return text === "" ? ROUTE : `${ROUTE}?${text}`;
}
