import type { Family } from "../../state/router";
import { text } from "../../text/network";
import { Link } from "../frame/navigation";

interface Props {
  readonly chosen: Family;
  readonly to: (family: Family) => string;
}

/** Which of both is shown. */
export function Families({ chosen, to }: Props) {
  return (
    <nav class="families" aria-label={text.router.family}>
      {([4, 6] as const).map((family) => <Link key={family} to={to(family)} isCurrent={family === chosen}>{text.router.families[family]}</Link>)}
    </nav>
  );
}
