import { ask } from "../../api/http";
import { valueOf } from "../../state/remote";
import { pathTo, type PageName } from "../../state/route";
import { text } from "../../text/network";
import { Link } from "../frame/navigation";
import { useAsked } from "../parts/useAsked";

interface Props {
  /** Its label; empty: the one that is active. */
  readonly network: string;
  readonly page: PageName;
  readonly parts?: Readonly<Record<string, string>>;
}

/** Says that one looks at facts that are not in use. */
export function Other({ network, page, parts = {} }: Props) {
  const [remote] = useAsked(network === "" ? null : (signal) => ask("GET /api/v1/networks", {}, { signal }), [network]);
  const active = valueOf(remote)?.kept.find((each) => each.is_active);
  if (network === "" || active === undefined || active.label === network) return null;
  return (
    <p class="other" role="note">
      {text.other(network)} <Link to={pathTo(page, parts)}>{text.toActive}</Link>
    </p>
  );
}
