import { useMemo } from "preact/hooks";
import type { Topology } from "../../api/types";
import { EMPTY_ADDRESS, formatAddress } from "../../state/address";
import { candidates, examples, type Example } from "../../state/suggest";
import { text } from "../../text/trace";
import { Link } from "../frame/navigation";

/** What stands in place of an answer until there is a question. */
export function Start({ topology }: { readonly topology: Topology }) {
  const pairs = useMemo(() => examples(candidates(topology), 3), [topology]);
  return (
    <section class="start">
      <h2>{text.start.title}</h2>
      <p>{text.start.body}</p>
      <p class="faint">{text.start.size(topology.routers.length, topology.segments.length, topology.hosts.length)}</p>
      {pairs.length > 0 && (
        <>
          <h3>{text.start.examples}</h3>
          <ul>
            {pairs.map((pair) => <li key={pair.destination.address}><Link to={addressOf(pair)}>
              <span class="who">{pair.source.name}</span> <span class="mono">{pair.source.address}</span>
              <span class="arrow"> → </span>
              <span class="who">{pair.destination.name}</span> <span class="mono">{pair.destination.address}</span>
            </Link></li>)}
          </ul>
        </>
      )}
    </section>
  );
}

function addressOf({ source, destination }: Example): string {
  const question = { ...EMPTY_ADDRESS.question, source: source.address, destination: destination.address };
  return formatAddress({ ...EMPTY_ADDRESS, question });
}
