import { useState } from "preact/hooks";
import { ask, failureOf } from "../../api/http";
import type { Change, User } from "../../api/types";
import { isElsewhere } from "../../state/account";
import { pathTo } from "../../state/route";
import { text } from "../../text/admin";
import { Link } from "../frame/navigation";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { Dialog } from "../parts/Dialog";
import { Choice, Field } from "../parts/Field";
import { fieldError } from "../parts/fieldError";
import { Icon } from "../parts/Icon";
import { Problem } from "../parts/Problem";
import { useDoing } from "../parts/useDoing";

const words = text.users;

interface Props {
  readonly user: User;
  readonly onClose: () => void;
  readonly onChanged: () => void;
  readonly onRemoved: () => void;
}

/** What may be changed of somebody; each thing is done at once. */
export function UserDialog({ user, onClose, onChanged, onRemoved }: Props) {
  const { username, origin, is_locked: isLocked, has_own_role: hasOwnRole, role } = user;
  const [password, setPassword] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const { isBusy, failure, run } = useDoing();
  const change = async (body: Change, done: string) => {
    setSaid(null);
    if (!(await run(() => ask("PATCH /api/v1/users/{user}", { path: { user: username }, body })))) return;
    setSaid(done);
    setPassword("");
    onChanged();
  };
  const remove = async () => {
    try {
      await ask("DELETE /api/v1/users/{user}", { path: { user: username } });
    } catch (error) {
      return failureOf(error);
    }
    onRemoved();
    return null;
  };
  if (isRemoving) {
    return (
      <Confirm title={words.removing.title(username)} yes={words.removing.yes} onClose={() => setRemoving(false)} act={remove}>
        <p>{words.removing.body}</p>
      </Confirm>
    );
  }
  const own = [["user", words.roles.user], ["admin", words.roles.admin]] as const;
  return (
    <Dialog title={words.title(username)} onClose={onClose}>
      {isElsewhere(failure, ["password"]) && <Problem failure={failure} />}
      <p class="done-line" role="status">{said && <><Icon name="good" />{said}</>}</p>
      <Choice
        id="user-role" label={words.role} value={origin === "pam" && !hasOwnRole ? "group" : role}
        options={origin === "pam" ? [["group", words.roles.group], ...own] : own}
        onChoose={(chosen) => void change({ role: chosen as NonNullable<Change["role"]> }, words.done.role)}
      />
      {origin === "local" && (
        <form
          class="with-action"
          onSubmit={(event) => {
            event.preventDefault();
            void change({ password }, words.done.password);
          }}
        >
          <Field
            id="user-password" type="password" label={words.newPassword} hint={words.passwordHint} autocomplete="new-password" value={password} isRequired
            error={fieldError(failure, "password")} onType={setPassword}
          />
          <Button type="submit" isBusy={isBusy}>{words.setPassword}</Button>
        </form>
      )}
      <div class="actions">
        <Button isBusy={isBusy} onPress={() => void change({ is_locked: !isLocked }, isLocked ? words.done.unlocked : words.done.locked)}>
          {isLocked ? words.unlock : words.lock}
        </Button>
        <Link class="button" to={pathTo("admin", { part: "sessions" }, { user: username })}>{words.sessions}</Link>
        <Link class="button" to={pathTo("admin", { part: "audit" }, { who: username })}>{words.audit}</Link>
        <Button kind="danger" onPress={() => setRemoving(true)}>{words.remove}</Button>
      </div>
      <p class="faint small">{isLocked ? words.lockedHint : words.lockHint}</p>
    </Dialog>
  );
}
