import type { Counted } from "../../state/evidence";
import { text } from "../../text/test";

/** The rules that matched, and how many packets each saw: predicted beside counted. */
export function Counts({ counted }: { readonly counted: readonly Counted[] }) {
  const { columns } = text.evidence;
  return (
    <div class="counts">
      <h3>{text.evidence.counted}</h3>
      {counted.length === 0 ? <p class="faint">{text.evidence.countedNone}</p> : (
        <div class="table" role="region" aria-label={text.evidence.counted} tabindex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{columns.place}</th>
                <th scope="col">{columns.rule}</th>
                <th scope="col" class="number">{columns.predicted}</th>
                <th scope="col" class="number">{columns.proved}</th>
              </tr>
            </thead>
            <tbody>
              {counted.map(({ rule, predicted, proved }) => (
                <tr key={`${rule.table} ${rule.chain} ${rule.number}`}>
                  <th scope="row">{text.evidence.stepPlace(rule.table, rule.chain, rule.number)}</th>
                  <td><code>{text.evidence.line(rule.text)}</code></td>
                  <td class="number">{packets(predicted)}</td>
                  <td class="number">{packets(proved)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function packets(count: number | null): string {
  return count === null ? text.matrix.absent : text.evidence.packets(count);
}
