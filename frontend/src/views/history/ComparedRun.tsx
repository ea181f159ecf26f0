import type { ComparedRun as Run } from "../../api/types";
import { pathTo } from "../../state/route";
import { text } from "../../text/history";
import { Link } from "../frame/navigation";
import { Time } from "../parts/Time";

/** One of the two tests. */
export function ComparedRun({ run, word }: { readonly run: Run; readonly word: string }) {
  const { job, user, mode, network, submitted, source, destination } = run;
  return (
    <div class="side-of">
      <h2>{word}</h2>
      <p class="mono asked">{text.history.question(source, destination)}</p>
      <p class="faint small">{[user, text.history.mode[mode], network].join(" · ")}</p>
      <p class="small"><Time at={submitted} isWhole /> · <Link to={pathTo("job", { job })} label={text.compare.openLabel(word)}>{text.compare.openTest}</Link></p>
    </div>
  );
}
