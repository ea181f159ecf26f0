import type { Way as Branch, Hop } from "../../api/types";
import { toneOf } from "../../state/verdict";
import { text } from "../../text/trace";
import { Icon } from "../parts/Icon";

interface Props {
  readonly branch: Branch;
  readonly chosen: number;
  readonly onChoose: (hop: number) => void;
}

/** The drawing once more, as a table. */
export function HopTable({ branch, chosen, onChoose }: Props) {
  const { columns } = text.table;
  const hasRtt = branch.path.some((hop) => hop.rtt !== null);
  return (
    <div class="hops card" role="region" aria-label={text.table.caption} tabindex={0}>
      <table>
        <caption class="unseen">{text.table.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.hop}</th>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.ip}</th>
            <th scope="col">{columns.incoming}</th>
            <th scope="col">{columns.outgoing}</th>
            <th scope="col">{columns.segment}</th>
            {hasRtt && <th scope="col">{columns.rtt}</th>}
            <th scope="col">{columns.verdict}</th>
          </tr>
        </thead>
        <tbody>
          {branch.path.map((hop) => (
            <tr key={hop.hop} class={hop.hop === chosen ? "chosen" : undefined} onClick={() => onChoose(hop.hop)}>
              <td>{hop.hop}</td>
              <th scope="row">
                <button type="button" class="link" aria-current={hop.hop === chosen ? "true" : undefined}>{hop.name}</button>
              </th>
              <td class="mono">{hop.ip}</td>
              <td class="mono">{hop.incoming || text.table.none}</td>
              <td class="mono">{hop.outgoing || text.table.none}</td>
              <td class="mono">{hop.segment ?? text.table.none}</td>
              {hasRtt && <td>{hop.rtt === null ? text.table.none : text.table.rtt(hop.rtt)}</td>}
              <td class="verdict-cell"><Fate hop={hop} branch={branch} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The last hop carries the verdict of the whole path; the ones before it let the packet pass. */
function Fate({ hop, branch }: { readonly hop: Hop; readonly branch: Branch }) {
  const verdict = hop === branch.path.at(-1) ? branch.verdict : hop.verdict;
  if (verdict === "accepted" && hop !== branch.path.at(-1)) return <span class="faint">{text.table.passed}</span>;
  const tone = toneOf(verdict);
  return <span class={`fate ${tone}`}><Icon name={tone} />{text.verdict(verdict)}</span>;
}
