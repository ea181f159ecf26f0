import { fateOf, type Fate } from "../../state/verdict";
import { text } from "../../text/parts";
import { Icon } from "./Icon";

interface Props {
  readonly verdict: string;
  /** Of what decided: DROP, REJECT … */
  readonly action?: string | null;
  /** Only the shape is seen, the word is read out: for a cell of a large matrix with a legend. */
  readonly isSmall?: boolean;
}

/** By colour, shape and word, so that no one needs to see all of them. */
export function Verdict({ verdict, action = null, isSmall = false }: Props) {
  const fate = fateOf(verdict, action);
  return (
    <span class={`fate ${fate}`}>
      <Icon name={fate} />
      <span class={isSmall ? "unseen" : undefined}>{text.verdict(verdict)}</span>
    </span>
  );
}

/** The five fates by themselves, as in a matrix and its legend. */
export function FateMark({ fate, isSmall = false }: { readonly fate: Fate; readonly isSmall?: boolean }) {
  return (
    <span class={`fate ${fate}`}>
      <Icon name={fate} />
      <span class={isSmall ? "unseen" : undefined}>{text.fate[fate]}</span>
    </span>
  );
}
