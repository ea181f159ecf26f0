import { useState } from "preact/hooks";
import { ask } from "../../api/http";
import type { Stats } from "../../api/types";
import { valueOf } from "../../state/remote";
import { text } from "../../text/admin";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useAsked } from "../parts/useAsked";
import { useDoing } from "../parts/useDoing";

const words = text.cleanup;
const NAMES = ["jobs_removed", "reports_removed", "networks_removed", "sessions_removed", "audit_removed"] as const satisfies readonly (keyof Stats)[];

/** What may go, before it goes; and what has gone. */
export function Cleanup() {
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/cleanup", {}, { signal }), []);
  const [removed, setRemoved] = useState<Stats | null>(null);
  const { isBusy, failure, run } = useDoing();
  const clean = async () => {
    setRemoved(null);
    await run(async () => setRemoved(await ask("POST /api/v1/cleanup")));
    reload();
  };
  const due = valueOf(remote);
  return (
    <>
      <h2>{text.parts.cleanup}</h2>
      <p class="faint">{words.about}</p>
      {failure && <Problem failure={failure} />}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {due === null && remote.state !== "failed" && <Loading />}
      {due && (
        <>
          <div class="table card cleanup" role="region" aria-label={words.due} tabindex={0}>
            <table>
              <caption class="unseen">{words.due}</caption>
              <thead>
                <tr>
                  <th scope="col">{words.kind}</th>
                  <th scope="col" class="number">{words.due}</th>
                  {removed && <th scope="col" class="number">{words.removed}</th>}
                </tr>
              </thead>
              <tbody>
                {NAMES.map((name) => (
                  <tr key={name}>
                    <th scope="row">{words.names[name]}</th>
                    <td class="number">{due[name].toLocaleString("en")}</td>
                    {removed && <td class="number">{removed[name].toLocaleString("en")}</td>}
                  </tr>
                ))}
                <tr>
                  <th scope="row">{words.names.bytes_freed}</th>
                  <td class="number">{text.bytes(due.bytes_freed)}</td>
                  {removed && <td class="number">{text.bytes(removed.bytes_freed)}</td>}
                </tr>
              </tbody>
            </table>
          </div>
          <div class="actions">
            <Button kind="main" isBusy={isBusy} onPress={() => void clean()}>{isBusy ? words.busy : words.run}</Button>
            <p class="done-line" role="status">{removed && <><Icon name="good" />{words.done(NAMES.every((name) => removed[name] === 0))}</>}</p>
          </div>
        </>
      )}
    </>
  );
}
