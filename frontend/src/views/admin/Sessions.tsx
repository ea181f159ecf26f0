import { ask } from "../../api/http";
import type { Session } from "../../api/types";
import { valueOf } from "../../state/remote";
import { pathTo, type Query } from "../../state/route";
import { text } from "../../text/admin";
import { navigate } from "../frame/navigation";
import { signOut, useMe } from "../frame/session";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Field";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { SessionTable } from "../parts/SessionTable";
import { useAsked } from "../parts/useAsked";
import { useDoing } from "../parts/useDoing";
import { useWhenSeen } from "../parts/useWhenSeen";

const words = text.sessions;

/** Who has signed in where: everybody, or whom the address names. */
export function Sessions({ query }: { readonly query: Query }) {
  const user = query["user"] ?? "";
  const me = useMe();
  const [remote, reload] = useAsked(
    (signal) => ask("GET /api/v1/sessions", { query: user === "" ? { all: true } : { all: true, user } }, { signal }), [user],
  );
  const [users] = useAsked((signal) => ask("GET /api/v1/users", {}, { signal }), []);
  useWhenSeen(reload);
  const { isBusy, failure, run } = useDoing();
  const end = (session: Session) => {
    if (session.is_current) void signOut();
    else void run(() => ask("DELETE /api/v1/sessions/{session}", { path: { session: session.id }, query: { user: session.user } })).then(reload);
  };
  const sessions = valueOf(remote)?.sessions ?? null;
  const names = valueOf(users)?.users.map(({ username }) => username) ?? [];
  const known = user === "" || names.includes(user) ? names : [user, ...names];
  const others = sessions?.filter((session) => !session.is_current).length ?? 0;
  return (
    <>
      <h2>{words.title}</h2>
      <div class="with-action narrow">
        <Choice
          id="of-user" label={words.user} value={user} options={[["", words.everybody], ...known.map((name) => [name, name] as const)]}
          onChoose={(chosen) => navigate(pathTo("admin", { part: "sessions" }, { user: chosen }), { replace: true })}
        />
        {user !== "" && others > 0 && (
          <Button isBusy={isBusy} onPress={() => void run(() => ask("DELETE /api/v1/sessions", { query: { user } })).then(reload)}>
            {user === me.username ? words.endOthers : words.endAll(user)}
          </Button>
        )}
      </div>
      {failure && <Problem failure={failure} />}
      {remote.state === "failed" && <Problem failure={remote.failure} onRetry={reload} />}
      {sessions === null && remote.state !== "failed" && <Loading />}
      {sessions && <SessionTable caption={words.title} sessions={sessions} hasUsers onEnd={end} />}
    </>
  );
}
