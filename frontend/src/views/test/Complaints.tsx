import type { FieldError } from "../../api/types";
import { text } from "../../text/test";

const MOST = 5;

/** What is wrong with one field, each with where in it. */
export function Complaints({ errors }: { readonly errors: readonly FieldError[] }) {
  return <>{errors.slice(0, MOST).map((error) => <span key={said(error)} class="complaint">{said(error)}</span>)}</>;
}

export function said({ text: words, where }: FieldError): string {
  if (where?.hop != null) return text.newTest.where.hop(where.hop, words);
  if (where?.line != null) return text.newTest.where.line(where.line, where.column, words);
  return where?.piece ? text.newTest.where.piece(where.piece, words) : words;
}
