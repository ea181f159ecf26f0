/** Where the person is, as it stands in the address bar: the question, the branch and the hop that is open. */

import { EMPTY_QUESTION, FIELDS, type Field, type Question } from "./question";
import { pathTo, routeOf } from "./route";

export interface Address {
  readonly question: Question;
  /** Position among the equal-cost branches; 0 is the first. */
  readonly branch: number;
  /** Number of the hop whose steps are open; null lets the page choose the deciding one. */
  readonly hop: number | null;
}

export const EMPTY_ADDRESS: Address = { question: EMPTY_QUESTION, branch: 0, hop: null };

function position(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

/** Of `/trace?source=…`; any other page has none. */
export function parseAddress(address: string): Address {
  const { page, query } = routeOf(address);
  if (page !== "trace") return EMPTY_ADDRESS;
  const question = Object.fromEntries(
    FIELDS.map((field) => [field, query[field]?.trim() ?? ""]),
  ) as Record<Field, string>;
  return {
    question,
    branch: Math.max((position(query["branch"]) ?? 1) - 1, 0),
    hop: position(query["hop"]),
  };
}

export function formatAddress({ question, branch, hop }: Address): string {
  const chosen = { branch: branch > 0 ? String(branch + 1) : null, hop: hop === null ? null : String(hop) };
  return pathTo("trace", {}, { ...question, ...chosen });
}
