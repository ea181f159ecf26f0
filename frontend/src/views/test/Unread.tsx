import { useMemo } from "preact/hooks";
import { ask } from "../../api/http";
import type { Diagnostic } from "../../api/types";
import { valueOf } from "../../state/remote";
import { pathTo } from "../../state/route";
import { text } from "../../text/test";
import { Link } from "../frame/navigation";
import { Icon } from "../parts/Icon";
import { useAsked } from "../parts/useAsked";

const SHOWN = 3;

interface Props {
  readonly network: string;
  readonly router: string;
}

/** Lines of this router's facts that nobody understood: what they say is no part of the answer. */
export function Unread({ network, router }: Props) {
  const [all] = useAsked((signal) => ask("GET /api/v1/networks/{network}/diagnostics", { path: { network } }, { signal }), [network]);
  const found = valueOf(all)?.diagnostics ?? NONE;
  const [facts] = useAsked(
    found.length > 0 ? (signal) => ask("GET /api/v1/routers/{router}/facts", { path: { router }, query: { network } }, { signal }) : null,
    [found.length > 0, network, router],
  );
  const file = valueOf(facts)?.file;
  const lines = useMemo(() => found.filter((each) => each.file === file), [found, file]);
  if (lines.length === 0) return null;
  return (
    <div class="unread">
      <p><Icon name="open" />{text.evidence.unread(router, lines.length)}</p>
      <ul>
        {lines.slice(0, SHOWN).map(({ section, line, text: words }) => (
          <li key={`${section} ${line} ${words}`}><span class="mono faint">{text.evidence.source(section ?? "", line)}</span> <code>{text.evidence.line(words)}</code></li>
        ))}
      </ul>
      <p class="small"><Link to={pathTo("router", { router }, { part: "diagnostics", network })}>{text.evidence.allUnread}</Link></p>
    </div>
  );
}

const NONE: readonly Diagnostic[] = [];
