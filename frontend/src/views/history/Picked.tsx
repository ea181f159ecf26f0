import { pathTo } from "../../state/route";
import { text } from "../../text/history";
import { navigate } from "../frame/navigation";
import { Button } from "../parts/Button";

interface Props {
  readonly count: number;
  readonly pair: readonly [before: string, after: string] | null;
  readonly onClear: () => void;
}

/** What may be done with the tests that are chosen. */
export function Picked({ count, pair, onClear }: Props) {
  const words = text.history.compare;
  return (
    <div class="actions">
      <p class="small" role="status">{count === 0 ? <span class="faint">{words.hint}</span> : count === 1 ? words.one : null}</p>
      {pair && (
        <Button kind="main" onPress={() => navigate(pathTo("compare", {}, { before: pair[0], after: pair[1] }))}>{words.go}</Button>
      )}
      {count > 0 && <Button kind="quiet" onPress={onClear}>{words.clear}</Button>}
    </div>
  );
}
