import { useState } from "preact/hooks";
import { ask, failureOf } from "../../api/http";
import type { Session } from "../../api/types";
import { valueOf } from "../../state/remote";
import { text } from "../../text/account";
import { signOut } from "../frame/session";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { SessionTable } from "../parts/SessionTable";
import { useAsked } from "../parts/useAsked";
import { useDoing } from "../parts/useDoing";
import { useWhenSeen } from "../parts/useWhenSeen";

const words = text.sessions;

/** Where one has signed in. */
export function Sessions() {
  const [remote, reload] = useAsked((signal) => ask("GET /api/v1/sessions", {}, { signal }), []);
  useWhenSeen(reload);
  const { isBusy, failure, run } = useDoing();
  const [isLeaving, setLeaving] = useState(false);
  const sessions = valueOf(remote)?.sessions ?? null;
  const end = ({ id, is_current: isCurrent }: Session) => {
    if (isCurrent) void signOut();
    else void run(() => ask("DELETE /api/v1/sessions/{session}", { path: { session: id } })).then(reload);
  };
  const endOthers = () => run(() => ask("DELETE /api/v1/sessions")).then(reload);
  const leave = async () => {
    try {
      await ask("DELETE /api/v1/sessions");
    } catch (error) {
      return failureOf(error);
    }
    await signOut();
    return null;
  };
  const others = sessions?.filter((session) => !session.is_current).length ?? 0;
  return (
    <section class="area">
      <div class="area-head">
        <h2>{words.title}</h2>
        <div class="actions">
          {others > 0 && <Button isBusy={isBusy} onPress={() => void endOthers()}>{words.endOthers(others)}</Button>}
          <Button onPress={() => setLeaving(true)}>{words.everywhere}</Button>
        </div>
      </div>
      {failure && <Problem failure={failure} />}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {sessions === null && remote.state !== "failed" && <Loading />}
      {sessions && <SessionTable caption={words.title} sessions={sessions} onEnd={end} />}
      {isLeaving && (
        <Confirm title={words.leaving.title} yes={words.everywhere} onClose={() => setLeaving(false)} act={leave}>
          <p>{words.leaving.body}</p>
        </Confirm>
      )}
    </section>
  );
}
